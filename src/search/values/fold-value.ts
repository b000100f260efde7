/** What separates the levels of a category path. */
export const LEVEL = ' > '

/**
 * The form in which values are compared: lower case, compatible forms of letters made one, blanks
 * single, levels apart by " > ".
 */
export function foldValue(value: string): string {
  const lower = value.normalize('NFKC').toLowerCase()
  return /\s|>/.test(lower) ? lower.trim().replace(/\s+/g, ' ').replace(/ ?> ?/g, LEVEL) : lower
}

/** A path and those above it, the highest first: "a", "a > b", "a > b > c". */
export function levelsOf(path: string): readonly string[] {
  const levels: string[] = []
  for (let at = path.indexOf(LEVEL); at >= 0; at = path.indexOf(LEVEL, at + 1)) {
    levels.push(path.slice(0, at))
  }
  levels.push(path)
  return levels
}
