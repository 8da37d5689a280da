// An app on discord.js: it answers commands, buttons and modals, and tells the
// test on its output what it heard, a line of JSON each.
import { createRequire } from "node:module";

const [, , modules, api, token] = process.argv;
const { Client, Events, GatewayIntentBits, MessageFlags } = createRequire(modules + "/")("discord.js");
const tell = (o) => process.stdout.write(JSON.stringify(o) + "\n");
const app = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api } });

app.on(Events.ClientReady, () => tell({ heard: "ready", user: app.user.id, guilds: app.guilds.cache.map((g) => g.name) }));
app.on(Events.ShardResume, (id, replayed) => tell({ heard: "resumed", replayed }));
app.on(Events.Error, (error) => tell({ heard: "error", text: String(error) }));
app.on(Events.InteractionCreate, async (i) => {
  if (i.isAutocomplete()) {
    await i.respond([{ name: "Jane Doe", value: "P-1" }]);
    tell({ heard: "autocomplete", text: i.options.getFocused() });
  } else if (i.isChatInputCommand()) {
    await i.deferReply({ flags: MessageFlags.Ephemeral });
    await i.editReply("heard " + i.options.getString("person"));
    tell({ heard: "command", text: i.options.getSubcommand(), user: i.user.id });
  } else if (i.isButton()) {
    await i.showModal({ custom_id: "why", title: "Why?", components: [{ type: 18, label: "Reason", component: { type: 4, custom_id: "reason", style: 1 } }] });
    tell({ heard: "button", text: i.customId });
  } else if (i.isModalSubmit()) {
    const text = i.fields.getTextInputValue("reason");
    await i.update({ content: "Because " + text, components: [] });
    tell({ heard: "modal", text });
  }
});
await app.login(token);
