// The server draws the page. This script fetches it again whenever the server
// says that something has changed, carries the difference over into what is on
// the screen, and sends forms without leaving the page.
import { morph } from "./merge.js";

const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

// ---- keeping the page up to date

let fetching = null;
let again = false;

function refresh() {
  if (fetching) again = true;
  else fetching = update().finally(() => {
    fetching = null;
    if (again) {
      again = false;
      refresh();
    }
  });
  return fetching;
}

async function update() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return; // the stream breaks too, and says when to try again
  }
  if (answer.status >= 500) return;
  if (!answer.ok) return location.reload(); // the page says what is wrong
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.body.dataset.version !== document.body.dataset.version) return location.reload();
  const log = $("#log");
  const known = new Map($$("article").map((e) => [e.id, [$(".edited", e)?.textContent, e.ariaLabel]]));
  const panel = new Map($$("#panel li.row").map((e) => [e.id, e.innerHTML]));
  const next = $("#next")?.innerText;
  const at = document.activeElement;
  const under = at.closest("article")?.id;
  const below = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  document.title = page.title;
  for (const id of ["people", "talk", "panel", "dialogs"]) {
    if ($(`#${id}`) && $(`#${id}`, page)) morph($(`#${id}`), $(`#${id}`, page));
  }
  const fresh = $$("article").filter((e) => !known.has(e.id));
  for (const e of $$("article").filter((e) => known.has(e.id))) changed(e, ...known.get(e.id));
  arrived(fresh, below);
  for (const e of $$("#panel li.row")) if (panel.has(e.id) && panel.get(e.id) !== e.innerHTML) moved(e);
  if ($("#next") && $("#next").innerText !== next) say($("#next").innerText);
  // What had the focus may have gone with the change.
  if (at !== document.body && !at.isConnected && !sending) look(under);
  settle();
}

// moved shows what has changed in the company, and says it.
function moved(line) {
  say(`${$("summary", line.closest("details")).innerText}: ${$(".says", line).innerText}`);
  flash(line);
}

function flash(e) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const tint = getComputedStyle(document.documentElement).getPropertyValue("--flash");
  e.animate([{ backgroundColor: tint }, { backgroundColor: "transparent" }], 2000);
}

// changed shows that a message was edited, and says it if it says something
// else now.
function changed(message, edited, label) {
  if ($(".edited", message)?.textContent === edited) return;
  if (message.ariaLabel !== label) say(`Edited: ${message.ariaLabel}`);
  flash(message);
}

function say(text) {
  const line = document.createElement("p");
  line.textContent = text;
  $("#say").append(line);
  if ($("#say").childElementCount > 20) $("#say").firstElementChild.remove();
}

// arrived shows new messages, and says them to those who listen.
function arrived(fresh, below) {
  for (const message of fresh) {
    say(message.ariaLabel);
    const thread = message.parentElement.closest("details");
    if (thread) thread.open = true;
  }
  // What comes into a thread must not push the message away that it hangs on.
  const last = fresh.filter((e) => !e.closest(".thread")).at(-1) || (below && $("#working"));
  if (!last) return;
  if (below || last.matches(".only, .typed")) reveal(last);
  else $("#newer").hidden = false;
}

// reveal scrolls to a message: to its end if it fits, else to its beginning.
function reveal(message) {
  const log = $("#log");
  message.scrollIntoView({ block: message.offsetHeight > log.clientHeight ? "start" : "end" });
  if (message === $("article:last-of-type", log)) log.scrollTop += message.offsetHeight > log.clientHeight ? 0 : 40;
}

document.addEventListener("scroll", ({ target: log }) => {
  if (log.id === "log" && log.scrollHeight - log.scrollTop - log.clientHeight < 80) $("#newer").hidden = true;
}, true);

// settle does what has to be done after every change of the page.
function settle() {
  for (const dialog of $$("dialog[data-modal]:not([open])")) {
    restore(dialog);
    dialog.showModal();
    ($("[aria-invalid]", dialog) || $(".field :is(input, select, textarea)", dialog)).focus();
  }
  const log = $("#log");
  if (log && "unread" in log.dataset && document.visibilityState === "visible" && log.checkVisibility()) {
    delete log.dataset.unread;
    const { person, room, upto } = log.dataset;
    post(`/as/${encodeURIComponent(person)}/read`, new URLSearchParams({ room, upto })).catch(() => {});
  }
}

// ---- the stream

let stream;
let online = () => {};
let reconnected = new Promise((done) => { online = done; });

function connect() {
  stream = new EventSource("/events");
  stream.onopen = () => {
    live(true);
    online();
    reconnected = new Promise((done) => { online = done; });
  };
  stream.onmessage = refresh;
  stream.onerror = () => {
    if (document.visibilityState === "hidden") return;
    live(false);
    if (stream.readyState !== EventSource.CLOSED) return;
    refresh();
    setTimeout(connect, 1000);
  };
}

function live(yes) {
  const state = $("#state");
  const text = yes ? "Live" : "Reconnecting…";
  if (state.textContent !== text) state.textContent = text;
  state.dataset.live = yes ? "yes" : "no";
}

// A browser holds few connections to one place; a page that nobody looks at
// gives its own back.
document.addEventListener("visibilitychange", () => {
  stream.close();
  if (document.visibilityState === "visible") connect();
});

// ---- sending

let lines = Promise.resolve(); // those typed before: they arrive in their order
let sending = 0; // what is sent brings the focus to its answer by itself

const post = (url, body) => fetch(url, { method: "POST", body });

function toast(text) {
  $("#toast").textContent = text;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  event.preventDefault();
  send(form, event.submitter);
});

async function send(form, button) {
  const line = $("input[name=text]", form);
  if (line ? !line.value.trim() : form.ariaBusy === "true") return;
  const body = new URLSearchParams(new FormData(form, button));
  body.set("id", crypto.randomUUID());
  if (line) line.value = ""; // not later: the next line may be under way by then
  const before = lines;
  let said = () => {};
  if (line) lines = new Promise((done) => { said = done; });
  const question = form.closest("dialog.ask");
  if (question) {
    question.close();
    button = $(`[data-opens="${question.id}"]`);
  }
  toast("");
  sending++;
  form.ariaBusy = "true";
  button?.setAttribute("aria-busy", "true");
  try {
    if (line) await before;
    const answer = await deliver(form, body);
    if (!answer) return;
    if (!answer.ok) {
      toast(await answer.text());
      if (line) line.value ||= body.get("text");
    }
    await refresh();
    look();
  } finally {
    said();
    sending--;
    form.removeAttribute("aria-busy");
    button?.removeAttribute("aria-busy");
  }
}

// look puts the focus where the answer is, if the action has taken away what
// had it, or has found something wrong with a form.
function look(under) {
  const wrong = $('dialog.form [aria-invalid="true"]');
  if (wrong) wrong.focus();
  else if (document.activeElement === document.body) {
    (under && document.getElementById(under) || $$("article.only").at(-1) || $("#log"))?.focus({ preventScroll: true });
  }
}

// deliver sends until it has arrived. The same id tells the bot that it is the
// same thing. What may be done once only is not sent again.
async function deliver(form, body) {
  for (;;) {
    const back = reconnected;
    try {
      const answer = await post(form.getAttribute("action"), body);
      if (answer.status !== 503) return answer;
      toast("The bot is not listening yet. This is sent as soon as it is.");
      await new Promise((done) => { setTimeout(done, 1000); });
    } catch {
      live(false);
      if ("once" in form.dataset) return null;
      toast("The connection is gone. This is sent as soon as it is back.");
      await back;
    }
    toast("");
  }
}

// ---- dialogs, drafts, and the rest of the keys

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.opens) document.getElementById(button.dataset.opens).showModal();
  if ("closes" in button.dataset) button.closest("dialog").close();
  if ("givesUp" in button.dataset) giveUp(button.closest("dialog"));
  if (button.id === "fold") fold(document.documentElement.dataset.panel !== "folded");
  if (button.id === "newer") {
    button.hidden = true;
    reveal($$("#log > article").at(-1));
    $("#log").focus();
  }
});

document.addEventListener("cancel", (event) => {
  if (event.target.matches("dialog.form")) {
    event.preventDefault();
    giveUp(event.target);
  }
}, true);

async function giveUp(dialog) {
  const form = $("form", dialog);
  const body = new URLSearchParams({ form: form.elements.form.value });
  try {
    await post(form.getAttribute("action").replace(/fill$/, "close"), body);
    await refresh();
  } catch {
    dialog.close(); // it comes back with the connection
  }
}

// What was typed into a form outlives a reload of the page.
document.addEventListener("input", (event) => {
  const dialog = event.target.closest("dialog.form");
  if (!dialog) return;
  const fields = [...new FormData($("form", dialog))];
  sessionStorage.setItem(`draft ${dialog.id}`, JSON.stringify(fields));
});

function restore(dialog) {
  const fields = JSON.parse(sessionStorage.getItem(`draft ${dialog.id}`) || "[]");
  for (const [name, value] of fields) $("form", dialog).elements[name].value = value;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") toast("");
});

function fold(yes) {
  document.documentElement.dataset.panel = yes ? "folded" : "";
  localStorage.setItem("panel", yes ? "folded" : "");
  $("#fold").setAttribute("aria-expanded", String(!yes));
}

if ($("#fold")) fold(localStorage.getItem("panel") === "folded");
const target = location.hash && document.getElementById(location.hash.slice(1));
const newest = $$("#log > article").at(-1);
if (target) $$("details", target).concat(target.closest("details") || []).forEach((e) => { e.open = true; });
else if (newest) reveal(newest);
settle();
connect();
