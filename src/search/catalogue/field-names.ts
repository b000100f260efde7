/** Words of a field's name: `attr_t_product_colour` → product, colour; `voteCount` → vote, count. */
export function nameWords(name: string): readonly string[] {
  return name
    .replace(/^(attr|attribute|prop|property|spec|p|g)s?[_.:](?:[a-z][_.:](?=\w))?/i, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** The name as people read it. */
export function readableName(name: string): string {
  return nameWords(name).join(' ')
}

/** Whether a field's name is one of the given names (words apart by blanks). */
export function isNamed(name: string, candidates: readonly string[]): boolean {
  const words = ` ${readableName(name)} `
  return candidates.some((candidate) => words === ` ${candidate} `)
}

/** Whether a field's name holds one of the given words. */
export function hasWord(name: string, candidates: readonly string[]): boolean {
  const words = nameWords(name)
  return candidates.some((candidate) => words.includes(candidate))
}
