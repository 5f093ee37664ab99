// The page with scripts: the gradient at once, verdicts as they come, guesses to change, the state in the fragment.
// What the server sends as HTML is put in as it is: the server escapes all that a user wrote.
import { end, jobs, run } from "./jobs.js";

const FIELDS = ["loss", "right", "lets", "form", "n", "m", "claims"];
const TYPING = 450;
const $ = (id) => document.getElementById(id);
const views = new Map();   // what was found for the formula that stands in the form, by verb
let current = "";          // the question that views are about
let tab = "verify";
let wanted = "";           // the verb that a link asks once its formula is read
let timer = 0;
let equality = false;      // whether two formulas are compared, not one judged

// ---- questions

function question(verb) {
  const sizes = {};
  for (const name of ["n", "m"]) if ($(name).value.trim()) sizes[name] = Number($(name).value);
  const lets = $("lets").value.split("\n").map((x) => x.trim()).filter(Boolean);
  const asked = { verb, loss: $("loss").value, lets, form: $("form").value, sizes };
  if (verb === "verify") asked.claims = $("claims").value.split(/[,\s]+/).filter(Boolean);
  return verb === "equal" ? { ...asked, right: $("right").value, hard_labels: $("hard").checked } : asked;
}

function busy(words) {
  if (words) $("status").textContent = words;
  $("cancel").hidden = jobs.size === 0;
  if (jobs.size === 0) $("status").textContent = "";
}

// ---- what is shown

function made(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

function element(tag, text = "", kind = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (kind) node.className = kind;
  return node;
}

function refused(data) {
  const box = $("error");
  box.hidden = false;
  box.querySelector(".what").textContent = data.message || "no answer";
  box.querySelector("pre").textContent = data.where || "";
  box.querySelector(".hint").textContent = data.hint || "";
  box.querySelector(".chips").replaceChildren(...(data.lets || []).map((let_) => {
    const chip = element("button", `declare ${let_}`);
    chip.addEventListener("click", () => declare("", let_));
    return chip;
  }));
}

function showReading(event) {
  $("reading").hidden = false;
  $("reading").querySelector("div").replaceChildren(made(event.html));
  $("reading").querySelector("ul").replaceChildren(...event.guesses.map(chip));
}

function showGradient(event) {
  $("gradient").hidden = false;
  $("gradient").querySelector("div").replaceChildren(made(event.html));
}

function chip(guess) {
  const item = element("li");
  if (!guess.let) { item.textContent = guess.text; return item; }
  const choice = element("select");
  choice.setAttribute("aria-label", `${guess.text}; change it`);
  choice.append(new Option(guess.text, guess.let, true, true), ...guess.others.map((x) => new Option(x, x)),
    new Option("something else …", ""));
  choice.addEventListener("change", () => {
    if (choice.value) return declare(guess.let, choice.value);
    choice.selectedIndex = 0;
    declare("", guess.let, true);
  });
  item.append(choice);
  return item;
}

// Put a declaration in, in the place of another one of the same letter.
function declare(before, let_, edit = false) {
  const letter = (x) => (x.match(/[A-Za-z\\][\w\\{}^]*/) || [""])[0];
  const lines = $("lets").value.split("\n").filter((x) => x.trim() && letter(x) !== letter(let_));
  $("lets").value = [...lines, let_].join("\n");
  $("options").open = true;
  if (edit) $("lets").focus();
  changed(0);
}

function view(verb) {
  if (!views.has(verb)) views.set(verb, element("div"));
  return views.get(verb);
}

function show(verb) {
  tab = verb;
  for (const button of $("tabs").children) {
    const chosen = button.dataset.verb === verb;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
  $("panel").setAttribute("aria-labelledby", `tab-${verb}`);
  $("panel").replaceChildren(view(verb));
  remember();
}

function ask(verb) {
  if (verb !== "equal" && verb !== "check") show(verb);
  const place = view(verb === "equal" ? "verify" : verb);
  if (verb === "equal") { end("verify"); show("verify"); }
  place.replaceChildren(element("p", "working …", "waits"));
  const told = new Verdicts(place);
  return run(verb, question(verb), (event, id) => {
    if (event.kind === "judging") $("status").textContent = `${event.number} of ${event.of}: ${event.claim} …`;
    if (event.kind === "reading") showReading(event);
    if (event.kind === "gradient") showGradient(event);
    if (event.kind === "part") { place.querySelector(".waits")?.remove(); place.append(made(event.html)); }
    if (event.kind === "verdict") told.add(event);
    if (event.kind === "answer") told.complete(id);
    if (event.kind === "end" && event.state !== "done") told.stop(event);
  }, busy).catch((error) => told.stop(error.data || { message: error.message }));
}

// The cards of one dossier, with a line for each on top.
class Verdicts {
  constructor(place) {
    this.place = place;
    this.cards = new Map();
    this.list = element("ul", "", "summary");
  }

  add(event) {
    if (!this.cards.size) this.place.replaceChildren(this.list);
    const card = made(event.html).firstElementChild;
    const line = made('<li><a href="#"><span></span> <b></b></a></li>').firstElementChild;
    line.querySelector("span").className = `badge ${event.status}`;
    line.querySelector("span").textContent = event.status;
    line.querySelector("b").textContent = event.claim;
    line.title = event.definition;
    line.querySelector("a").addEventListener("click", (press) => {
      press.preventDefault();
      card.scrollIntoView({ block: "start" });
    });
    const before = this.cards.get(event.claim);
    if (before && event.claim !== "equal") { before.card.replaceWith(card); before.line.replaceWith(line); }
    else { this.list.append(line); this.place.append(card); }
    this.cards.set(event.claim, { card, line });
  }

  complete(id) {
    this.place.querySelector(".waits")?.remove();
    if (!this.cards.size) return;
    const tools = element("p", "", "line tools");
    const check = element("button", "Re-check every certificate");
    check.type = "button";
    tools.append(link(`/api/jobs/${id}/dossier.json`, "Download the dossier"), check);
    check.addEventListener("click", () => recheck(id, tools));
    this.list.after(tools);
    for (const [claim, { card }] of this.cards) {
      const line = element("p", "", "tools");
      if (claim !== "equal") line.append(link(`/api/jobs/${id}/certificates/${claim}.json`, "Download its certificates"));
      card.append(line);
    }
  }

  stop(event) {
    this.place.querySelector(".waits")?.remove();
    if (event.state === "refused" || !event.state) { refused(event); return; }
    this.place.prepend(element("p", event.message, "waits"));
  }
}

function link(address, text) {
  const node = element("a", text);
  node.href = address;
  node.setAttribute("download", "");
  return node;
}

function recheck(id, tools) {
  const said = element("div");
  tools.nextElementSibling?.matches(".recheck") && tools.nextElementSibling.remove();
  said.className = "recheck";
  tools.after(said);
  run("check", { verb: "check", of: id }, (event) => {
    if (event.kind === "part") said.replaceChildren(made(event.html));
    if (event.kind === "end" && event.state !== "done") said.replaceChildren(element("p", event.message));
  }, busy).catch((error) => said.replaceChildren(element("p", error.message)));
}

// ---- state

function remember() {
  const state = new URLSearchParams();
  for (const name of FIELDS) if ($(name).value.trim()) state.set(name, $(name).value);
  if ($("hard").checked) state.set("hard", "1");
  if (tab !== "verify") state.set("tab", tab);
  if (equality) state.set("verb", "equal");
  history.replaceState(null, "", `${location.pathname}#${state}`);
}

function recall(state = new URLSearchParams(location.hash.slice(1))) {
  if (![...state.keys()].length) return;
  for (const name of FIELDS) $(name).value = state.get(name) || "";
  $("hard").checked = state.has("hard");
  $("compared").open = state.has("right") || state.has("hard");
  $("options").open = ["lets", "n", "m", "claims"].some((name) => state.has(name));
  current = "";
  wanted = state.get("verb") || "";
  tab = state.get("tab") || wanted;
  if (!$(`tab-${tab}`)) tab = "verify";
}

// The formula, or how it is read, is another one: what was found is about the former one.
function changed(wait = TYPING) {
  clearTimeout(timer);
  equality = wanted === "equal";
  remember();
  timer = setTimeout(async () => {
    const asked = JSON.stringify(question("derive"));
    if (asked === current) return;
    current = asked;
    for (const verb of [...jobs.keys()]) end(verb);
    views.clear();
    $("error").hidden = true;
    if (!$("loss").value.trim()) return empty();
    $("gallery").open = false;
    const verb = wanted;
    wanted = "";
    if (verb === "verify" || verb === "equal") await judge(verb);
    else await gradient();
  }, wait);
}

function empty() {
  for (const id of ["reading", "gradient", "answers"]) $(id).hidden = true;
}

async function gradient() {
  const asked = current;
  const told = (event) => {
    if (event.kind === "reading") showReading(event);
    if (event.kind === "part") {
      $("answers").hidden = false;
      showGradient(event);
    }
    if (event.kind === "end" && event.state !== "done") { empty(); refused(event); }
  };
  try {
    const state = await run("derive", question("derive"), told, busy);
    if (state !== "done" || asked !== current) return;
    if (tab === "verify") { view("verify").replaceChildren(element("p", "Judge it: the properties come one by one.", "waits")); show(tab); }
    else ask(tab);
  } catch (error) {
    empty();
    refused(error.data || { message: error.message });
  }
}

// ---- what is pressed

function submit(event) {
  event.preventDefault();
  const verb = event.submitter?.value || "verify";
  clearTimeout(timer);
  $("error").hidden = true;
  $("gallery").open = false;
  current = JSON.stringify(question("derive"));
  judge(verb);
}

function judge(verb) {
  equality = verb === "equal";
  $("answers").hidden = false;
  views.clear();
  end("derive");  // its answer is the first that the judgement tells
  if (equality) $("gradient").hidden = true;
  return ask(verb);
}

function choose(event) {
  const verb = event.target.closest("button")?.dataset.verb;
  if (!verb) return;
  if (views.has(verb) && view(verb).childNodes.length || verb === "verify") show(verb);
  else ask(verb);
}

function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...$("tabs").children];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}

function cancel() {
  for (const own of jobs.values()) if (own.id) fetch(`/api/jobs/${own.id}`, { method: "DELETE" });
}

async function share() {
  remember();
  try {
    await navigator.clipboard.writeText(location.href);
    $("status").textContent = "copied";
  } catch {
    $("status").textContent = "the link is in the address bar";
  }
}

function take(event) {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  recall(new URLSearchParams(link.search));
  $("gallery").open = false;
  window.scrollTo({ top: 0 });
  changed(0);
}

document.body.classList.add("scripted");
$("share").hidden = false;
$("ask").addEventListener("submit", submit);
for (const name of FIELDS) $(name).addEventListener("input", () => ["right", "claims"].includes(name) ? remember() : changed());
$("tabs").addEventListener("click", choose);
$("tabs").addEventListener("keydown", walk);
$("cancel").addEventListener("click", cancel);
$("share").addEventListener("click", share);
$("gallery").addEventListener("click", take);
window.addEventListener("hashchange", () => { recall(); changed(0); });
window.addEventListener("pagehide", () => { for (const verb of [...jobs.keys()]) end(verb); });
recall(new URLSearchParams(location.hash.slice(1) || location.search));
if ($("loss").value.trim() && !document.querySelector("main > section.error:not(#error)")) changed(0);
