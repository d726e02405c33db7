// The proving on the page: fetches the bytes, shows each step in plain words, remembers what this browser has seen.
// Every sentence stands in the page itself, in the reader's language; here are only their codes.

import { grouped, hex, prove } from "./verify.mjs";

const section = document.getElementById("verify");
const sentences = document.getElementById("verify-words").content;
const button = section.querySelector("[data-prove]");
const result = section.querySelector("[data-result]");
const list = section.querySelector("[data-steps]");
const ALARMS = ["other-key", "rolled-back", "rewritten", "proof-withheld", "paper-other-key", "paper-ahead", "paper-differs"];
const memoryName = `mingbai.log.${section.dataset.community}`;

function sentence(code, facts = {}) {
  const words = sentences.querySelector(`[data-code="${code}"]`)?.textContent.trim() ?? code;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

async function bytes(address) {
  const response = await fetch(address, { cache: "no-store" });
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** As bytes; null while the log is not signed that far, which the server answers by a refusal of its rules. */
async function onceSigned(address) {
  const response = await fetch(address, { cache: "no-store" });
  if (response.status === 409) return null;
  if (!response.ok) throw new Error(`${response.status} ${address}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** What this browser saw of the community's log before; undefined the first time, null where it may not remember. */
function remembered() {
  try {
    const kept = localStorage.getItem(memoryName);
    return kept === null ? undefined : JSON.parse(kept);
  } catch {
    return null;
  }
}

function remember({ key, head }) {
  try {
    const root = btoa(String.fromCharCode(...head.root));
    localStorage.setItem(memoryName, JSON.stringify({ vkey: key.vkey, size: String(head.size), root }));
  } catch {
    // a browser that may not remember has said so in its step
  }
}

/** The digits of a root without the check digit that paper gives each four of them, or the number of the first group that is wrong. */
function withoutCheckDigits(digits) {
  const groups = digits.match(/.{5}/g);
  const sum = (group) => [1, 3, 5, 7].reduce((total, weight, at) => total + weight * parseInt(group[at], 16), 0);
  const wrong = groups.findIndex((group) => !/^[0-9a-f]{5}$/.test(group) || sum(group) % 16 !== parseInt(group[4], 16));
  return wrong < 0 ? groups.map((group) => group.slice(0, 4)).join("") : wrong + 1;
}

/** The head that the paper names: in the address's fragment, which no server sees, or typed in. */
function onPaper() {
  const [size, digits] = [...section.querySelectorAll("[data-paper] input")].map(({ value }) =>
    value.replace(/[\s,]+/g, "").toLowerCase());
  const typed = digits.length === 80 ? withoutCheckDigits(digits) : digits;
  if (typeof typed === "number") return typed;
  const said = size || digits ? `${size}.${typed}` : location.hash.replace(/^#paper=/, "");
  const found = /^([1-9]\d{0,15})\.([0-9a-f]{64})(?:\.([0-9a-f]{64}))?$/.exec(said);
  if (!found) return size || digits || location.hash.startsWith("#paper=") ? "unreadable" : undefined;
  const root = Uint8Array.from(found[2].match(/../g), (pair) => parseInt(pair, 16));
  return { size: BigInt(found[1]), root, fingerprint: found[3] };
}

async function gather() {
  const { body, leaf, proof, checkpoint, key, consistency, kind, period, version } = section.dataset;
  const fetched = await Promise.all([bytes(body), bytes(leaf), ...[proof, checkpoint, key].map(onceSigned)]);
  const links = [...document.querySelectorAll("[data-file]")];
  const files = await Promise.all(links.map(async (link) => [link.dataset.file, await bytes(link.href)]));
  const [bodyBytes, leafBytes, proofBytes, checkpointBytes, vkey] = fetched;
  return {
    body: bodyBytes,
    leaf: leafBytes,
    proof: proofBytes,
    checkpoint: checkpointBytes,
    vkey,
    files: new Map(files),
    notice: { kind, period, version: Number(version) },
    memory: remembered(),
    paper: onPaper(),
    consistency: async (old, size) => new TextDecoder().decode(await bytes(`${consistency}?old=${old}&new=${size}`)),
    marks: [...document.querySelectorAll("[data-at]")].map((mark) => ({
      pointer: mark.dataset.at,
      as: mark.dataset.as ?? "text",
      text: mark.textContent,
    })),
  };
}

function show({ id, verdict, code, facts }) {
  const item = document.createElement("li");
  item.dataset.step = id;
  item.dataset.verdict = verdict;
  const mark = document.createElement("strong");
  mark.textContent = sentence(`verdict-${verdict}`);
  const words = document.createElement("span");
  words.textContent = sentence(code, facts);
  item.append(mark, " ", words);
  list.append(item);
}

/** Puts what was proved where the page told it before; it told nothing while the log was not signed that far. */
function tell(name, words) {
  const place = section.querySelector(`[data-${name}]`);
  if (place) place.textContent = words;
}

function conclude(code, className, facts) {
  result.className = className;
  result.textContent = sentence(code, facts);
  result.hidden = false;
  result.focus();
}

async function run() {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  list.replaceChildren();
  result.hidden = true;
  try {
    const material = await gather();
    if (typeof material.paper === "number") {
      conclude("paper-group", "bad", { group: material.paper });
      return;
    }
    if (material.paper === "unreadable") {
      conclude("paper-unreadable", "bad");
      return;
    }
    const proved = await prove(material);
    proved.steps.forEach(show);
    if (proved.good && proved.head) remember(proved);
    if (proved.key) tell("fingerprint", grouped(proved.key.fingerprint));
    if (proved.head) {
      tell("root", grouped(hex(proved.head.root)));
      tell("size", String(proved.head.size));
    }
    const alarm = proved.steps.some(({ code }) => ALARMS.includes(code));
    const { verdict } = proved;
    conclude(alarm ? "alarm" : `all-${verdict}`, verdict === "bad" ? "bad" : verdict === "confirmed" ? "good" : "partly");
  } catch (error) {
    conclude("could-not-fetch", "bad", { what: error.message });
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

section.querySelector("[data-without]").hidden = true;
section.querySelector("[data-with]").hidden = false;
button.addEventListener("click", run);
section.querySelector("[data-paper]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
if (onPaper()) {
  section.scrollIntoView();
  run();
}
