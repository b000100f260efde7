/** Least and greatest value of DuckDB's whole numbers of up to 32 bits; all of them are exact as doubles. */
export const WHOLE_LIMITS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  TINYINT: [-128, 127],
  UTINYINT: [0, 255],
  SMALLINT: [-32_768, 32_767],
  USMALLINT: [0, 65_535],
  INTEGER: [-(2 ** 31), 2 ** 31 - 1],
  UINTEGER: [0, 2 ** 32 - 1],
}
