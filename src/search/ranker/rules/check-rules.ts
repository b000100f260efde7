import { StorewrightError } from '../../../core/errors.ts'
import type { QueryPattern, RuleTarget, SearchRule } from './rule.ts'

const PATTERNS = ['is', 'begins', 'has']
const ACTIONS = ['pin', 'boost', 'bury']
const MOST_POSITION = 1000
const MOST_BOOST = 100

/**
 * Reads rules from unknown data (JSON of a person). Throws ERR_ARGUMENT naming the rule, the entry at
 * fault and what it should be.
 */
export function readRules(data: unknown): readonly SearchRule[] {
  if (!Array.isArray(data)) throw fault('the rules', data, 'a list of rules')
  const rules = data.map(readRule)
  const names = new Set<string>()
  for (const { name } of rules) {
    if (names.has(name)) throw fault('rules', name, 'rules with different names')
    names.add(name)
  }
  return rules
}

function readRule(data: unknown, i: number): SearchRule {
  const at = `rule ${i + 1}`
  const record = recordOf(data, at, ['name', 'query', 'action'])
  const name = textOf(record['name'], `${at}: name`)
  const action = readAction(record['action'], `${at} (${name}): action`)
  if (record['query'] === undefined) return { name, action }
  return { name, action, query: readPattern(record['query'], `${at} (${name}): query`) }
}

function readPattern(data: unknown, at: string): QueryPattern {
  const { kind, text } = recordOf(data, at, ['kind', 'text'])
  if (!PATTERNS.includes(kind as string))
    throw fault(`${at}.kind`, kind, `one of ${PATTERNS.join(', ')}`)
  return { kind: kind as QueryPattern['kind'], text: textOf(text, `${at}.text`) }
}

function readAction(data: unknown, at: string): SearchRule['action'] {
  const record = recordOf(data, at, ['kind', 'productId', 'position', 'target', 'by'])
  const { kind, position, by } = record
  if (kind === 'pin') {
    const isPlace =
      Number.isInteger(position) && Number(position) >= 1 && Number(position) <= MOST_POSITION
    if (!isPlace)
      throw fault(`${at}.position`, position, `a whole number from 1 to ${MOST_POSITION}`)
    return {
      kind,
      productId: textOf(record['productId'], `${at}.productId`),
      position: Number(position),
    }
  }
  if (kind === 'bury') return { kind, target: readTarget(record['target'], `${at}.target`) }
  if (kind !== 'boost') throw fault(`${at}.kind`, kind, `one of ${ACTIONS.join(', ')}`)
  if (typeof by !== 'number' || !(Math.abs(by) <= MOST_BOOST)) {
    throw fault(`${at}.by`, by, `a number from −${MOST_BOOST} to ${MOST_BOOST}`)
  }
  return { kind, target: readTarget(record['target'], `${at}.target`), by }
}

function readTarget(data: unknown, at: string): RuleTarget {
  const { productIds, filters } = recordOf(data, at, ['productIds', 'filters'])
  const isNothing = productIds === undefined && filters === undefined
  if (isNothing) throw fault(at, data, 'productIds or filters')
  if (productIds !== undefined && !isListOf(productIds, 'string')) {
    throw fault(`${at}.productIds`, productIds, 'a list of product ids')
  }
  if (filters !== undefined && !isListOf(filters, 'object')) {
    throw fault(`${at}.filters`, filters, 'a list of filters')
  }
  // Fields and forms of filters are checked by the index when the rules are prepared for it.
  return data as RuleTarget
}

function isListOf(data: unknown, type: 'string' | 'object'): boolean {
  return Array.isArray(data) && data.every((item) => typeof item === type && item !== null)
}

function recordOf(
  data: unknown,
  at: string,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw fault(at, data, 'an object')
  }
  const unknown = Object.keys(data).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw fault(`${at}.${unknown}`, unknown, `one of ${keys.join(', ')}`)
  return data as Readonly<Record<string, unknown>>
}

function textOf(data: unknown, at: string): string {
  if (typeof data === 'string' && data.trim() !== '') return data
  throw fault(at, data, 'a text that is not empty')
}

function fault(at: string, value: unknown, wanted: string): StorewrightError {
  const shown = JSON.stringify(value) ?? 'nothing'
  return new StorewrightError('ERR_ARGUMENT', `${at} is ${shown.slice(0, 80)}, not ${wanted}`, {
    value: shown.slice(0, 80),
    next: 'Correct the rule; none of the rules was taken over.',
  })
}
