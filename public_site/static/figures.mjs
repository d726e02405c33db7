// How figures are shown: the mirror of public_site/figures.py. With it a browser can tell whether a page says
// what its notice says.

/** What stands at a JSON Pointer. */
export function valueAt(content, pointer) {
  const steps = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const has = Object.prototype.hasOwnProperty;
  return steps.reduce((value, step) => (has.call(value ?? {}, step) ? value[step] : undefined), content);
}

const commas = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
function fromHundredths(value) {
  const [sign, size] = value < 0n ? ["-", -value] : ["", value];
  return `${sign}${commas(String(size / 100n))}.${String(size % 100n).padStart(2, "0")}`;
}
function halfUp(above, below) {
  const [sign, size] = above < 0n ? [-1n, -above] : [1n, above];
  return (sign * (size * 2n + below)) / (below * 2n);
}
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A value as a page shows it; the mirror of public_site/figures.py. */
export function shown(value, as) {
  if (value === null || value === undefined) return "—";
  if (as === "ratio") return `${fromHundredths(halfUp(BigInt(value[0]) * 10000n, BigInt(value[1])))}%`;
  if (as.startsWith("day-")) {
    const [year, month, day] = value.split("-").map(Number);
    return as === "day-en" ? `${day} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${day}日`;
  }
  if (as === "text") return typeof value === "object" ? undefined : String(value);
  if (!Number.isSafeInteger(value)) return undefined;
  const whole = BigInt(value);
  if (as === "count") return (whole < 0n ? "-" : "") + commas(String(whole < 0n ? -whole : whole));
  if (as === "hundredths") return fromHundredths(whole);
  if (as === "percent") return `${fromHundredths(whole)}%`;
  if (as === "wan") return fromHundredths(halfUp(whole, 10000n));
  return undefined;
}
