/** A name quoted for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text quoted for SQL, for the few places that take no parameters (COPY, read_csv). */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
