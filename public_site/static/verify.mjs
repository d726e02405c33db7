// Proves a notice in the reader's own browser. Pure: bytes in, steps out; the page is in verify-page.mjs.
// The mirror of ledger/log/{merkle,note}.py: formats of C2SP signed-note, tlog-checkpoint and tlog-proof v1,
// trees of RFC 6962. What this refuses Python refuses, and the other way round; tests hold both to the same bytes.

import { shown, valueAt } from "./figures.mjs";
import * as sha2 from "./sha2.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const subtle = globalThis.crypto?.subtle;
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const PROOF_HEADER = "c2sp.org/tlog-proof@v1";
const ED25519 = 1;
const LONGEST_NOTE = 1_000_000;
const LARGEST_SIZE = 2n ** 63n - 1n;
// The keys, without their sign bit, under which one signature fits many texts.
const SMALL_ORDER = [
  "00".repeat(32),
  "01" + "00".repeat(31),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ...["ec", "ed", "ee"].map((first) => first + "ff".repeat(30) + "7f"),
];

/** Something is not as it must be; ``code`` names the sentence for people, ``facts`` fill it. */
export class Refused extends Error {
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

// ---- bytes ------------------------------------------------------------------------------------------------------

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const grouped = (text) => text.replace(/(.{4})(?=.)/g, "$1 ");
const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

export async function sha256(bytes) {
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha2.sha256(bytes);
}

/** Reads text that must be UTF-8. */
function read(bytes, code) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Refused(code);
  }
}

/** Reads base64 in its one canonical form. */
export function unbase64(text, code) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new Refused(code);
  let raw;
  try {
    raw = atob(text);
  } catch {
    throw new Refused(code);
  }
  if (btoa(raw) !== text) throw new Refused(code);
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

/** Splits at the first separator; what is missing is empty. */
function parted(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

/** A decimal number without leading zeros, not beyond 2^63-1. */
function number(text, code) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > LARGEST_SIZE) throw new Refused(code);
  return BigInt(text);
}

function hashes(lines, code) {
  return lines.map((line) => {
    const node = unbase64(line, code);
    if (node.length !== 32) throw new Refused(code);
    return node;
  });
}

// ---- the tree ---------------------------------------------------------------------------------------------------

export const leafHash = (data) => sha256(joined([0], data));
const nodeHash = (left, right) => sha256(joined([1], left, right));

/** Whether the leaf hash stands at ``index`` in the tree of that size and root (RFC 9162 §2.1.3.2). */
export async function verifyInclusion(leaf, index, size, path, root) {
  if (index >= size) return false;
  let place = index, last = size - 1n, hashed = leaf;
  for (const node of path) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      hashed = await nodeHash(node, hashed);
      while (!(place & 1n) && place) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      hashed = await nodeHash(hashed, node);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(hashed, root);
}

/** Whether the older tree is a prefix of the newer (RFC 9162 §2.1.4.2). */
export async function verifyConsistency(old, size, oldRoot, root, path) {
  if (old < 1n || old > size) return false;
  if (old === size) return path.length === 0 && equal(oldRoot, root);
  if (path.length === 0) return false;
  const nodes = (old & (old - 1n)) === 0n ? [oldRoot, ...path] : path;
  let place = old - 1n, last = size - 1n;
  while (place & 1n) {
    place >>= 1n;
    last >>= 1n;
  }
  let older = nodes[0], newer = nodes[0];
  for (const node of nodes.slice(1)) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      older = await nodeHash(node, older);
      newer = await nodeHash(node, newer);
      while (!(place & 1n) && place) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      newer = await nodeHash(newer, node);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(older, oldRoot) && equal(newer, root);
}

// ---- notes, keys, checkpoints, proofs ---------------------------------------------------------------------------

function checkName(name, code) {
  if (!name || name.includes("+") || SPACE.test(name)) throw new Refused(code);
}

async function keyId(name, key) {
  return (await sha256(joined(encoder.encode(name), [10, ED25519], key))).slice(0, 4);
}

/** Reads a verifier key ``name+id+key`` and recomputes its id; a key of small order is none. */
export async function parseKey(text) {
  const stripped = text.replace(new RegExp(`^(${SPACE.source})+|(${SPACE.source})+$`, "g"), "");
  const [name, , rest] = parted(stripped, "+");
  const [stated, , encoded] = parted(rest, "+");
  const raw = unbase64(encoded, "key-unreadable");
  checkName(name, "key-unreadable");
  if (raw.length !== 33 || raw[0] !== ED25519) throw new Refused("key-unreadable");
  if (SMALL_ORDER.includes(hex([...raw.slice(1, 32), raw[32] & 0x7f]))) throw new Refused("key-unreadable");
  const id = await keyId(name, raw.slice(1));
  if (hex(id) !== stated) throw new Refused("key-unreadable");
  return { name, id, public: raw.slice(1), vkey: stripped, fingerprint: hex(await sha256(encoder.encode(stripped))) };
}

/** Splits a note at its last blank line into the signed text and the signatures under it. */
export function parseNote(note, code) {
  const odd = note.length > LONGEST_NOTE || /[\x00-\x09\x0b-\x1f]/.test(note) || !note.endsWith("\n");
  if (odd) throw new Refused(code);
  const at = note.lastIndexOf("\n\n");
  const block = note.slice(at + 2);
  if (at < 0 || !block) throw new Refused(code);
  const signatures = block.slice(0, -1).split("\n").map((line) => {
    const [dash, , rest] = parted(line, " ");
    const [name, , payload] = parted(rest, " ");
    const raw = unbase64(payload, code);
    checkName(name, code);
    if (dash !== "—" || raw.length < 5) throw new Refused(code);
    return { name, id: raw.slice(0, 4), signature: raw.slice(4) };
  });
  return { text: note.slice(0, at + 1), signatures };
}

/** Reads a checkpoint's text: origin, size, root; extension lines are allowed and ignored. */
export function parseCheckpoint(text, code) {
  const lines = text.slice(0, -1).split("\n");
  if (lines.length < 3 || !text.endsWith("\n") || lines.includes("")) throw new Refused(code);
  const size = number(lines[1], code);
  const [root] = hashes([lines[2]], code);
  return { origin: lines[0], size, root };
}

/** Reads a tlog-proof; an ``extra`` line is allowed and ignored. */
export function parseProof(text, code = "proof-unreadable") {
  const [head, blank, checkpoint] = parted(text, "\n\n");
  const lines = head.split("\n");
  if (!blank || lines[0] !== PROOF_HEADER) throw new Refused(code);
  const rest = lines.slice(lines[1]?.startsWith("extra ") ? 2 : 1);
  if (!rest[0]?.startsWith("index ")) throw new Refused(code);
  return { index: number(rest[0].slice(6), code), path: hashes(rest.slice(1), code), checkpoint };
}

let found;
/** What checks a signature here: WebCrypto where it knows Ed25519, else the library that came with this page. */
export async function engine(wanted) {
  if (wanted !== "noble" && found === undefined) {
    const probe = Uint8Array.from({ length: 32 }, (_, i) => (i ? 0x66 : 0x58)); // the curve's base point
    found = subtle?.importKey("raw", probe, { name: "Ed25519" }, false, ["verify"]).then(() => true, () => false) ?? false;
  }
  return wanted !== "noble" && (await found) ? "webcrypto" : "noble";
}

/** The equation s·B = R + k·A itself, as WebCrypto and Python ask for it; the library asks for eight times of it. */
function holdsStrictly(Point, signature, message, key) {
  const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const [r, s] = [signature.slice(0, 32), signature.slice(32)];
  const k = little(sha2.sha512(joined(r, key, message))) % Point.CURVE().n;
  return Point.BASE.multiply(little(s), false).equals(Point.fromBytes(r).add(Point.fromBytes(key).multiply(k, false)));
}

async function signed(key, message, signature, wanted) {
  if (signature.length !== 64) return false;
  try {
    if ((await engine(wanted)) === "webcrypto") {
      const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, imported, signature, message);
    }
    const noble = await import("./vendor/noble-ed25519.js");
    noble.hashes.sha512 = sha2.sha512;
    return noble.verify(signature, message, key, { zip215: false }) && holdsStrictly(noble.Point, signature, message, key);
  } catch {
    return false;
  }
}

/** A checkpoint that the key signed; other keys' signatures are ignored, a wrong one of its own sinks it. */
export async function verifiedCheckpoint(note, key, wanted) {
  const parsed = parseNote(note, "checkpoint-unreadable");
  const ours = parsed.signatures.filter(({ name, id }) => name === key.name && equal(id, key.id));
  if (!ours.length) throw new Refused("not-signed-by-key");
  for (const { signature } of ours) {
    if (!(await signed(key.public, encoder.encode(parsed.text), signature, wanted))) throw new Refused("signature-wrong");
  }
  const checkpoint = parseCheckpoint(parsed.text, "checkpoint-unreadable");
  if (checkpoint.origin !== key.name) throw new Refused("other-log");
  return checkpoint;
}

/** Sees that the longer of two heads of a log continues the shorter; ``fetch(old, new)`` brings the proof. */
export async function continues(older, newer, fetch, code) {
  if (older.size === newer.size) {
    if (!equal(older.root, newer.root)) throw new Refused(code);
    return;
  }
  let path;
  try {
    path = hashes((await fetch(older.size, newer.size)).split("\n").slice(0, -1), code);
  } catch {
    throw new Refused("no-consistency");
  }
  if (!(await verifyConsistency(older.size, newer.size, older.root, newer.root, path))) throw new Refused(code);
}

// ---- the steps --------------------------------------------------------------------------------------------------

function parsedLeaf(bytes) {
  let leaf;
  try {
    leaf = JSON.parse(read(bytes, "leaf-unreadable"));
  } catch {
    throw new Refused("leaf-unreadable");
  }
  const pair = (entry) => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === "string");
  const pairs = leaf?.kind === "disclosure" && Array.isArray(leaf.att) && leaf.att.every(pair);
  if (!pairs || new Map(leaf.att).size !== leaf.att.length) throw new Refused("leaf-unreadable");
  return leaf;
}

async function bodyStep({ body, leaf, notice }) {
  const sealed = parsedLeaf(leaf);
  if (sealed.what !== notice.kind || sealed.period !== notice.period || sealed.version !== notice.version) {
    throw new Refused("leaf-of-another");
  }
  const digest = hex(await sha256(body));
  if (digest !== sealed.body) throw new Refused("body-changed", { digest });
  return { code: "body-proved", facts: { digest } };
}

async function filesStep({ leaf, files }) {
  const sealed = parsedLeaf(leaf).att;
  for (const [name, digest] of sealed) {
    const bytes = files.get(name);
    if (!bytes) throw new Refused("file-missing", { name });
    if (hex(await sha256(bytes)) !== digest) throw new Refused("file-changed", { name });
  }
  for (const name of files.keys()) {
    if (!sealed.some(([known]) => known === name)) throw new Refused("file-unsealed", { name });
  }
  return { code: sealed.length ? "files-proved" : "files-none", facts: { count: sealed.length } };
}

async function inclusionStep({ leaf, proof, memory, paper }) {
  const sealed = parsedLeaf(leaf), place = BigInt(Number.isSafeInteger(sealed.i) ? sealed.i : -1);
  if (proof === null) {
    if ([memory, paper].some((known) => known && BigInt(known.size) > place)) throw new Refused("proof-withheld");
    return { verdict: "new", code: "not-signed-yet", facts: {} };
  }
  const { index, path, checkpoint } = parseProof(read(proof, "proof-unreadable"));
  const { text } = parseNote(checkpoint, "checkpoint-unreadable");
  const { origin, size, root } = parseCheckpoint(text, "checkpoint-unreadable");
  if (place !== index) throw new Refused("leaf-elsewhere");
  if (sealed.log !== origin) throw new Refused("other-log");
  if (!(await verifyInclusion(await leafHash(leaf), index, size, path, root))) throw new Refused("not-in-log");
  return { code: "included", facts: { index: index + 1n, size } };
}

async function signatureStep({ proof, vkey, engine: wanted }, seen) {
  const { checkpoint } = parseProof(read(proof, "proof-unreadable"));
  seen.key = await parseKey(read(vkey, "key-unreadable"));
  seen.head = await verifiedCheckpoint(checkpoint, seen.key, wanted);
  return { code: `signed-${await engine(wanted)}`, facts: { origin: seen.head.origin } };
}

async function headStep({ checkpoint, consistency, engine: wanted }, seen) {
  const published = await verifiedCheckpoint(read(checkpoint, "checkpoint-unreadable"), seen.key, wanted);
  const [older, newer] = published.size < seen.head.size ? [published, seen.head] : [seen.head, published];
  await continues(older, newer, consistency, "log-forked");
  seen.head = newer;
  return { code: "head-agrees", facts: { size: newer.size } };
}

async function memoryStep({ memory, consistency }, seen) {
  if (memory === null) return { verdict: "new", code: "no-memory", facts: {} };
  if (memory === undefined) return { verdict: "new", code: "first-time", facts: {} };
  if (memory.vkey !== seen.key.vkey) throw new Refused("other-key", { then: memory.vkey, now: seen.key.vkey });
  const then = { size: BigInt(memory.size), root: unbase64(memory.root, "memory-unreadable") };
  if (then.size > seen.head.size) throw new Refused("rolled-back", { then: then.size, now: seen.head.size });
  await continues(then, seen.head, consistency, "rewritten");
  return { code: then.size === seen.head.size ? "as-before" : "grown", facts: { then: then.size, now: seen.head.size } };
}

async function paperStep({ paper, consistency }, seen) {
  if (!paper) return { verdict: "new", code: "no-paper", facts: {} };
  if (paper.fingerprint && paper.fingerprint !== seen.key.fingerprint) throw new Refused("paper-other-key");
  if (paper.size > seen.head.size) throw new Refused("paper-ahead", { then: paper.size, now: seen.head.size });
  await continues(paper, seen.head, consistency, "paper-differs");
  return { code: "paper-agrees", facts: { then: paper.size } };
}

async function pageStep({ body, marks }) {
  const content = JSON.parse(read(body, "body-unreadable"));
  const bare = (text) => text.replace(/\s+/g, " ").trim();
  for (const { pointer, as, text } of marks) {
    const sealed = shown(valueAt(content, pointer), as) ?? "—";
    if (bare(sealed) !== bare(text)) throw new Refused("page-differs", { text, sealed });
  }
  if (!marks.length) return { verdict: "new", code: "page-unmarked", facts: {} };
  return { code: "page-agrees", facts: { count: marks.length } };
}

const STEPS = [
  ["body", bodyStep], ["files", filesStep], ["inclusion", inclusionStep], ["signature", signatureStep, "proof"],
  ["head", headStep, "signature"], ["memory", memoryStep, "head"], ["paper", paperStep, "head"],
  ["page", pageStep, "body"],
];

/**
 * How sure the steps make it, from the least to the most: the sealed file was *recorded* in a leaf; a signed log has *sealed*
 * it; that log is *consistent* with what this device saw before; paper has *confirmed* the log. Anything wrong is *bad*.
 */
function verdictOf(steps) {
  const stands = (wanted) => steps.some(({ id, verdict }) => id === wanted && verdict === "ok");
  if (steps.some(({ verdict }) => verdict === "bad")) return "bad";
  if (!stands("head")) return "recorded";
  return stands("paper") ? "confirmed" : stands("memory") ? "consistent" : "sealed";
}

/** Goes through every step; a step whose ground is missing is not gone. Gives the steps, the verdict and the head proved. */
export async function prove(material) {
  const seen = {}, steps = [];
  const stands = (ground) => (ground === "proof" ? material.proof !== null : steps.find(({ id }) => id === ground).verdict === "ok");
  for (const [id, step, ground] of STEPS) {
    try {
      const missing = ground && !stands(ground) && { verdict: "none", code: "not-reached", facts: {} };
      steps.push({ id, verdict: "ok", ...(missing || (await step(material, seen))) });
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      steps.push({ id, verdict: "bad", code: error.code ?? "broken", facts: error.facts ?? {} });
    }
  }
  const verdict = verdictOf(steps);
  return { steps, verdict, good: verdict !== "bad", ...seen };
}
