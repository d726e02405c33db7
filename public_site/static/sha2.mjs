// SHA-256 and SHA-512 (FIPS 180-4) for browsers that keep WebCrypto from a page, as they do over plain HTTP.
// The constants are computed as the standard defines them: from the roots of the first primes.

const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);

/** The largest whole x with x ** power <= value. */
function root(value, power) {
  let low = 0n, high = 1n << 80n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** The first bits of the fractional parts of the square (2) or cube (3) roots of the first primes. */
const fractions = (count, power, bits) =>
  primes.slice(0, count).map((p) => BigInt.asUintN(bits, root(BigInt(p) << (BigInt(bits) * power), power)));

const start256 = Uint32Array.from(fractions(8, 2n, 32), Number);
const rounds256 = Uint32Array.from(fractions(64, 3n, 32), Number);
const start512 = fractions(8, 2n, 64);
const rounds512 = fractions(80, 3n, 64);

/** The message with its length, filled up to whole blocks. */
function padded(message, block) {
  const filled = new Uint8Array(Math.ceil((message.length + 1 + block / 8) / block) * block);
  filled.set(message);
  filled[message.length] = 0x80;
  const view = new DataView(filled.buffer);
  view.setBigUint64(filled.length - 8, BigInt(message.length) * 8n);
  return view;
}

export function sha256(message) {
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const data = padded(message, 64);
  const state = Uint32Array.from(start256);
  const w = new Uint32Array(64);
  for (let at = 0; at < data.byteLength; at += 64) {
    for (let t = 0; t < 16; t++) w[t] = data.getUint32(at + t * 4);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15], y = w[t - 2];
      const left = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      w[t] = w[t - 16] + left + w[t - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds256[t] + w[t]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => digest.setUint32(i * 4, value));
  return new Uint8Array(digest.buffer);
}

export function sha512(message) {
  const word = (value) => BigInt.asUintN(64, value);
  const turn = (x, n) => word((x >> n) | (x << (64n - n)));
  const data = padded(message, 128);
  const state = [...start512];
  for (let at = 0; at < data.byteLength; at += 128) {
    const w = [];
    for (let t = 0; t < 16; t++) w.push(data.getBigUint64(at + t * 8));
    for (let t = 16; t < 80; t++) {
      const x = w[t - 15], y = w[t - 2];
      const left = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
      w.push(word(w[t - 16] + left + w[t - 7] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t++) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (word(~e) & g)) + rounds512[t] + w[t];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [word(one + two), a, b, c, word(d + one), e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = word(state[i] + value); });
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((value, i) => digest.setBigUint64(i * 8, value));
  return new Uint8Array(digest.buffer);
}
