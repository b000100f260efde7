import pg from 'pg'
import { StorewrightError } from '../../core/errors.ts'

/** A row as the server's text or numbers; big integers and numerics become numbers. */
export type PgRow = Readonly<Record<string, unknown>>

/** One connection to a PostgreSQL server; statements run in the order they are given. */
export interface PostgresSession {
  /** Rows of one statement. Throws ERR_POSTGRES with the server's message. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly PgRow[]>
  close(): Promise<void>
}

export interface PostgresOptions {
  /** Statements that run longer are stopped by the server, ms. Default 60,000. */
  readonly statementTimeoutMs?: number
}

const NUMBER_TYPES = new Set<number>([
  pg.types.builtins.INT8,
  pg.types.builtins.NUMERIC,
  pg.types.builtins.OID,
])
const CONNECT_MILLISECONDS = 10_000

/** Opens a server by its URL, postgres://user@host:port/database. Throws ERR_POSTGRES, never with the password. */
export async function openPostgres(
  url: string,
  options: PostgresOptions = {},
): Promise<PostgresSession> {
  const types = {
    getTypeParser: (id: number, format?: 'text' | 'binary') =>
      NUMBER_TYPES.has(id) ? Number : pg.types.getTypeParser(id, format),
  }
  const client = new pg.Client({
    connectionString: checkedUrl(url),
    application_name: 'storewright',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    types: types as pg.CustomTypesConfig,
  })
  // A server that goes away between two statements is told by the next one.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    throw postgresError(
      'the server cannot be reached',
      cause,
      'Check host, port, user and password.',
    )
  }
  return {
    async rows(sql, values = []) {
      try {
        const result =
          values.length === 0 ? await client.query(sql) : await client.query(sql, [...values])
        // Several statements in one text give several results; the last one is what was asked for.
        const last: unknown = Array.isArray(result) ? result.at(-1) : result
        return (last as pg.QueryResult<PgRow>).rows
      } catch (cause) {
        throw postgresError(firstLine(sql), cause)
      }
    },
    close: () => client.end(),
  }
}

function checkedUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url)) return url
  throw new StorewrightError('ERR_POSTGRES', 'the address of a server begins with postgres://', {
    next: 'Give it as postgres://user@host:port/database.',
  })
}

function postgresError(what: string, cause: unknown, next?: string): StorewrightError {
  const said = cause instanceof Error ? cause.message : String(cause)
  return new StorewrightError('ERR_POSTGRES', `${what}: ${said}`, {
    ...(next === undefined ? {} : { next }),
    cause,
  })
}

const firstLine = (sql: string): string => {
  const line = sql.trim().replaceAll(/\s+/g, ' ')
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

/** A name quoted for PostgreSQL. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** A text quoted for PostgreSQL. */
export function quoteLiteral(text: string): string {
  return text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`
}
