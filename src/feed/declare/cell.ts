/**
 * The grammar of a CSV cell, written once as regular expressions that RE2 (DuckDB) and JavaScript
 * read alike: digits are ASCII, every pattern is matched against the whole cell.
 */
export const CELL_PATTERNS = {
  /** No control characters; no blank at either end. */
  id: '[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?',
  /** Pandas writes whole numbers as 3.0 where a column has gaps. */
  integer: '[+-]?[0-9]{1,15}(\\.0*)?',
  number: '[+-]?([0-9]{1,30}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?',
  day: '(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}([T ]00:00(:00(\\.0{1,9})?)?)?',
  instant:
    '(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?',
  /** An instant that says where on Earth its clock stands. */
  offset: '.*[T ].*(Z|[+-][0-9:]{2,5})',
} as const

/** Words for true and false, in any case. */
export const TRUE_WORDS = ['true', 'yes', '1', '1.0'] as const
export const FALSE_WORDS = ['false', 'no', '0', '0.0'] as const

/** True when the whole of `cell` matches `pattern`. */
export function matchesWhole(cell: string, pattern: string): boolean {
  return new RegExp(`^(?:${pattern})$`, 'u').test(cell)
}
