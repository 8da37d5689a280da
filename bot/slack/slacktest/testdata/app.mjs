// An app on Slack's own Socket Mode client: it answers commands and forms, and
// tells the test on its output what it heard, a line of JSON each.
import { createRequire } from "node:module";

const [, , modules, api, token] = process.argv;
const { SocketModeClient } = createRequire(modules + "/")("@slack/socket-mode");
const tell = (o) => process.stdout.write(JSON.stringify(o) + "\n");
const app = new SocketModeClient({ appToken: token, clientOptions: { slackApiUrl: api }, logLevel: "error" });

app.on("connected", () => tell({ heard: "connected" }));
app.on("slash_commands", async ({ ack, body }) => {
  await ack({ text: "heard " + body.text });
  tell({ heard: "command", text: body.text, user: body.user_id });
});
app.on("interactive", async ({ ack, body }) => {
  const errors = body.type === "view_submission" && { response_action: "errors", errors: { day: "That day is over." } };
  await ack(errors || undefined);
  tell({ heard: body.type, text: body.actions?.[0]?.value ?? "", trigger: body.trigger_id });
});
app.on("slack_event", async ({ ack, body, retry_num }) => {
  await ack();
  tell({ heard: body.event?.type ?? "event", retry: retry_num });
});
await app.start();
