import { createHash } from 'node:crypto'
import type { Database } from '../../core/sql/database.ts'
import type { ConstantKind, KnownStatement, StatementTree, Template } from '../types.ts'
import { canonicalKey, templateText } from './canonical.ts'
import { constantsOf, kindsOfKey } from './constants.ts'
import { scanStatement } from './scan.ts'
import { readTree } from './tree.ts'

/** Statements to templates: some µs a statement once its template is known. */
export interface Templates {
  /** The statement with its template, from its words alone; `kind` and `tables` are told by `meet`. */
  know(sql: string): KnownStatement
  /** Whether `meet` has read the tree of its template. */
  isMet(statement: KnownStatement): boolean
  /**
   * Reads the tree of its template, once: its kind, its tables, whether constants decide it. Gives
   * the statement with what is known now. A statement that does not parse is of kind 'other'.
   */
  meet(statement: KnownStatement, db: Database): Promise<Met>
  /** Whether statements of the template may be rewritten and steered. */
  isTrusted(statement: KnownStatement): boolean
  /** Whether the same tables give the same answer. */
  isRepeatable(statement: KnownStatement): boolean
}

export interface Met {
  readonly statement: KnownStatement
  readonly tree?: StatementTree
  /** Whether DuckDB could read it; `reason` says why not, or why it is no SELECT. */
  readonly isParsed: boolean
  readonly reason?: string
}

interface Entry {
  template: Template
  readonly kinds: readonly ConstantKind[]
  met?: Pick<StatementTree, 'isTrusted' | 'isRepeatable'>
  /** How often a tree was asked for. */
  looks: number
}

/** Statements of a template that may fail to parse before it counts as one that never does. */
const MAX_LOOKS = 3

/**
 * Templates of statements, the last `limit` that were asked at least.
 *
 * Two steps: a statement is scanned to a key (constants out, white space as written), and the key is
 * looked up. Only a new key is brought into its canonical form, by which templates are known, so
 * that statements of a program, which are written alike, take the short way.
 */
export function createTemplates(limit: number): Templates {
  const byKey = recentMap<Entry>(2 * limit)
  const byCanonical = recentMap<Entry>(limit)
  const byFingerprint = recentMap<Entry>(limit)
  const entryOf = (key: string): Entry => {
    const known = byKey.get(key)
    if (known !== undefined) return known
    const canonical = canonicalKey(key)
    const entry = byCanonical.get(canonical) ?? newEntry(canonical)
    byKey.set(key, entry)
    byCanonical.set(canonical, entry)
    byFingerprint.set(entry.template.fingerprint, entry)
    return entry
  }
  const ofStatement = ({ template, sql }: KnownStatement): Entry =>
    byFingerprint.get(template.fingerprint) ?? entryOf(scanStatement(sql).key)
  return {
    know(sql) {
      const { key, spans } = scanStatement(sql)
      const { template, kinds } = entryOf(key)
      return { sql, template, kinds, spans, constants: constantsOf(sql, spans, kinds) }
    },
    isMet: (statement) => ofStatement(statement).met !== undefined,
    isTrusted: (statement) => ofStatement(statement).met?.isTrusted ?? false,
    isRepeatable: (statement) => ofStatement(statement).met?.isRepeatable ?? false,
    async meet(statement, db) {
      const entry = ofStatement(statement)
      const { tree, ...read } = await readTree(db, statement.sql, statement.spans, statement.kinds)
      entry.looks++
      // A constant may be what does not parse (INTERVAL 1.5 DAY): the next statement may do better.
      if (read.isParsed || entry.looks >= MAX_LOOKS) {
        const { isTrusted, isRepeatable } = tree ?? { isTrusted: false, isRepeatable: false }
        entry.met = { isTrusted, isRepeatable }
      }
      entry.template = { ...entry.template, kind: read.kind, tables: read.tables }
      return {
        statement: { ...statement, template: entry.template },
        isParsed: read.isParsed,
        ...(tree === undefined ? {} : { tree }),
        ...(read.reason === undefined ? {} : { reason: read.reason }),
      }
    },
  }
}

function newEntry(canonical: string): Entry {
  const fingerprint = createHash('sha256').update(canonical).digest('hex').slice(0, 16)
  const kind = /^(\(|SELECT|WITH|FROM|VALUES)/.test(canonical) ? 'select' : 'other'
  return {
    template: { fingerprint, sql: templateText(canonical), kind, tables: [] },
    kinds: kindsOfKey(canonical),
    looks: 0,
  }
}

interface RecentMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/**
 * A map that holds the last `limit` keys used at least and twice as many at most: when the younger
 * half is full it becomes the older one, and the older one is dropped.
 */
export function recentMap<V>(limit: number): RecentMap<V> {
  let young = new Map<string, V>()
  let old = new Map<string, V>()
  const set = (key: string, value: V) => {
    if (young.size >= limit) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  return {
    set,
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
  }
}
