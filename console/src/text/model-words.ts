/** The words for a model; a mix, `mix(a+b+c)`, is named by its parts, or counted where space is short. */
export function modelWords(
  model: string,
  labels: ReadonlyMap<string, string>,
  { short = false } = {},
): string {
  const known = labels.get(model)
  if (known !== undefined && !known.startsWith('mix(')) return known
  const parts = /^mix\((.+)\)$/.exec(model)?.[1]?.split('+')
  if (parts === undefined) return plain(model)
  if (short) return `mix of ${parts.length}`
  return `a mix of ${parts.map((part) => (labels.get(part) ?? plain(part)).toLowerCase()).join(', ')}`
}

function plain(model: string): string {
  return model.replaceAll('-', ' ')
}
