import { clausesOf, type SelectClauses } from './clauses.ts'

/** A materialized view that answers a grouped statement whatever its parameters are. */
export interface Summary {
  /** The query of the view. */
  readonly query: string
  /** The statement over the view, with the same parameters; `VIEW` stands for its name. */
  readonly rewritten: string
}

const AGGREGATE = /^(count|sum|min|max|avg)\s*\(\s*(\*|[\s\S]+)\)$/i
const ALIASED = /^([\s\S]+?)\s+(?:as\s+)?("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)$/i
const COLUMN = /^(?:(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)\.)?("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)$/i

/** Name under which `VIEW` is to be put in place. */
export const VIEW_NAME = '/*view*/'

/**
 * Lifts the conditions with parameters out of a grouped statement: the view groups by their columns
 * too, the rewritten statement filters on them and adds up (Gupta and Mumick 1995, roll-up). Sums,
 * counts, least and largest values add up; a mean is the sum over the count. Undefined where the
 * statement has another form.
 */
export function summaryOf(sql: string): Summary | undefined {
  const clauses = clausesOf(sql)
  if (clauses === undefined || /\$\d/.test(clauses.from)) return undefined
  if ([...clauses.items, ...clauses.groupBy].some((text) => /\$\d/.test(text))) return undefined
  const lifted = clauses.where.filter((text) => /\$\d/.test(text)).map(liftedOf)
  if (lifted.some((one) => one === undefined)) return undefined
  const items = clauses.items.map((item) => itemOf(item, clauses))
  if (items.some((item) => item === undefined)) return undefined
  return assembled(clauses, items as readonly Item[], lifted as readonly Lifted[])
}

interface Lifted {
  readonly column: string
  /** The condition with the column replaced. */
  on(name: string): string
}

/** A condition on one plain column: column op …, column BETWEEN …, column IN (…). */
function liftedOf(condition: string): Lifted | undefined {
  const match = /^(\S+?)\s*(=|<=|>=|<|>|\bbetween\b|\bin\b)\s*([\s\S]+)$/i.exec(condition)
  if (match === null || !COLUMN.test(match[1]!)) return undefined
  const [, column, operator, right] = match as unknown as [string, string, string, string]
  // The other side must be made of constants alone.
  const rest = right.replaceAll(
    /::[a-z ]+|\$\d+|'(?:[^']|'')*'|\d+(\.\d+)?|\band\b|[(),+*/\s-]/gi,
    '',
  )
  if (rest !== '') return undefined
  return { column, on: (name) => `${name} ${operator} ${right}` }
}

interface Item {
  /** Expressions of the view that it needs. */
  readonly parts: readonly string[]
  /** The item over the view, given names of its parts. */
  on(names: readonly string[]): string
  readonly alias: string | undefined
  /** Whether it is one of GROUP BY. */
  readonly grouped: boolean
}

function itemOf(item: string, clauses: SelectClauses): Item | undefined {
  const aliased = ALIASED.exec(item)
  const [text, alias] =
    aliased === null || AGGREGATE.test(item) ? [item, undefined] : [aliased[1]!.trim(), aliased[2]!]
  const aggregate = AGGREGATE.exec(text)
  if (aggregate !== null)
    return aggregateItem(aggregate[1]!.toLowerCase(), aggregate[2]!.trim(), alias)
  const position = clauses.items.indexOf(item) + 1
  const grouped = clauses.groupBy.some(
    (group) => group === text || group === alias || group === `${position}`,
  )
  const name = alias ?? COLUMN.exec(text)?.[1]
  if (!grouped || name === undefined) return undefined
  return { parts: [text], on: ([part]) => part!, alias: name, grouped: true }
}

function aggregateItem(kind: string, of: string, alias: string | undefined): Item | undefined {
  // Two aggregates in one item (`sum(a) / count(b)`) are no plain aggregate.
  if (unbalanced(of) || /\bdistinct\b/i.test(of)) return undefined
  const base = { alias: alias ?? kind, grouped: false }
  if (kind === 'min' || kind === 'max') {
    return { ...base, parts: [`${kind}(${of})`], on: ([part]) => `${kind}(${part})` }
  }
  if (kind === 'avg') {
    return {
      ...base,
      parts: [`sum(${of})`, `count(${of})`],
      on: ([sum, count]) => `sum(${sum}) / nullif(sum(${count}), 0)`,
    }
  }
  const counted = kind === 'count' ? '::bigint' : ''
  return { ...base, parts: [`${kind}(${of})`], on: ([part]) => `sum(${part})${counted}` }
}

function unbalanced(text: string): boolean {
  let depth = 0
  for (const c of text) {
    if (c === '(') depth++
    if (c === ')' && --depth < 0) return true
  }
  return depth !== 0
}

function assembled(
  clauses: SelectClauses,
  items: readonly Item[],
  lifted: readonly Lifted[],
): Summary | undefined {
  const names = new Map<string, string>()
  const groups: string[] = []
  const nameOf = (text: string, grouped: boolean) => {
    const known = names.get(text)
    if (known !== undefined) return known
    const name = `${grouped ? 'g' : 'a'}${names.size + 1}`
    names.set(text, name)
    if (grouped) groups.push(text)
    return name
  }
  const select = items.map((item) => {
    const parts = item.parts.map((part) => nameOf(part, item.grouped))
    return `${item.on(parts)} AS ${item.alias}`
  })
  // A group that is not selected would be lost.
  if (items.filter(({ grouped }) => grouped).length !== clauses.groupBy.length) return undefined
  const outer = [...groups]
  const conditions = lifted.map((one) => one.on(nameOf(one.column, true)))
  const constant = clauses.where.filter((text) => !/\$\d/.test(text))
  const columns = [...names].map(([text, name]) => `${text} AS ${name}`)
  const where = (list: readonly string[]) => (list.length > 0 ? ` WHERE ${list.join(' AND ')}` : '')
  const by = (list: readonly string[]) => (list.length > 0 ? ` GROUP BY ${list.join(', ')}` : '')
  if (!tailStands(clauses.tail, items)) return undefined
  return {
    query: `SELECT ${columns.join(', ')} FROM ${clauses.from}${where(constant)}${by(groups)}`,
    rewritten:
      `SELECT ${select.join(', ')} FROM ${VIEW_NAME}${where(conditions)}${by(outer.map((text) => names.get(text)!))} ${clauses.tail}`.trim(),
  }
}

/** Whether ORDER BY names only what is selected: positions or aliases. */
function tailStands(tail: string, items: readonly Item[]): boolean {
  const order = /^order\s+by\s+([\s\S]+?)(?:\s+(?:limit|offset|fetch)\b[\s\S]*)?$/i.exec(tail)
  if (order === null) return true
  const aliases = new Set(items.map(({ alias }) => alias?.toLowerCase()))
  return order[1]!.split(',').every((key) => {
    const name = key
      .trim()
      .replace(/\s+(asc|desc)\b|\s+nulls\s+(first|last)\b/gi, '')
      .toLowerCase()
    return /^\d+$/.test(name) || aliases.has(name)
  })
}
