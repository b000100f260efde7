/** CPU a day in the unit a person would choose. */
export function perDay(ms: number): string {
  const size = Math.abs(ms)
  if (size >= 3_600_000) return `${(ms / 3_600_000).toFixed(1)} hours`
  if (size >= 60_000) return `${(ms / 60_000).toFixed(1)} minutes`
  return size >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`
}

/** Bytes in the unit a person would choose. */
export function bytes(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} MB` : `${Math.round(count / 1e3)} kB`
}

/** Rows as CSV with a header. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\n')
}

function cell(value: string | number): string {
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
