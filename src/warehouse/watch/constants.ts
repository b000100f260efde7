import type { SqlValue } from '../../core/sql/database.ts'
import type { ConstantKind } from '../types.ts'
import { MARK } from './scan.ts'

const MARKS = new RegExp(`[${Object.values(MARK).join('')}]`, 'g')

/** The kind of each constant of a key, in order. */
export function kindsOfKey(key: string): readonly ConstantKind[] {
  const marks = key.match(MARKS) ?? []
  return marks.map((mark) =>
    mark === MARK.number ? 'number' : mark === MARK.text ? 'text' : 'list',
  )
}

/** The constants of a statement as values: see KnownStatement. */
export function constantsOf(
  sql: string,
  spans: Int32Array,
  kinds: readonly ConstantKind[],
): readonly SqlValue[] {
  return kinds.map((kind, k) => constantOf(sql.slice(spans[2 * k], spans[2 * k + 1]), kind))
}

function constantOf(text: string, kind: ConstantKind): SqlValue {
  if (kind === 'list') return text
  return kind === 'number' ? numberOf(text) : unquote(text)
}

function numberOf(text: string): number {
  const plain = Number(text)
  if (!Number.isNaN(plain)) return plain
  const bare = text.replaceAll('_', '')
  return bare.startsWith('-') ? -Number(bare.slice(1)) : Number(bare)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** The text that a literal stands for, whichever way it is quoted. */
export function unquote(literal: string): string {
  const first = literal.charCodeAt(0)
  if (first === 39) return literal.slice(1, -1).replaceAll("''", "'")
  if (first === 36) {
    const tag = literal.indexOf('$', 1) + 1
    return literal.slice(tag, literal.length - tag)
  }
  const inner = literal.slice(2, -1).replaceAll("''", "'")
  if ((first | 32) !== 101) return inner
  return inner.replace(/\\(.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped)
}

/** `sql` with other text in the place of each constant. */
export function splice(
  sql: string,
  spans: Int32Array,
  replace: (text: string, slot: number) => string,
): string {
  let out = ''
  let from = 0
  for (let k = 0; 2 * k < spans.length; k++) {
    const start = spans[2 * k]!
    const end = spans[2 * k + 1]!
    out += sql.slice(from, start) + replace(sql.slice(start, end), k)
    from = end
  }
  return out + sql.slice(from)
}
