import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { isNamed } from './field-names.ts'
import type { FieldStatistics } from './field-statistics.ts'
import { type Judgement, judgeField, NAMED_TEXT, type Reading } from './judge-field.ts'
import { MAXIMUM_FIELDS, SPARSE_SHARE } from './knobs.ts'
import type { FieldRole } from './product.ts'
import { BRAND_NAMES, PRICE_NAMES, TITLE_NAMES } from './role-words.ts'

/** What a field of the file becomes, and why. */
export interface RoleChoice extends Reading {
  readonly field: string
  readonly role: FieldRole
  readonly reason: string
  /** Share of looked-at products that have it. */
  readonly coverage: number
  /** Distinct values among those looked at, about. */
  readonly distinct: number
  /**
   * 'alone': indexed as a field of its own. 'both': its own values, its words among those of the
   * combined attributes. 'combined': there alone.
   */
  readonly kept: 'alone' | 'both' | 'combined'
}

/**
 * Roles of all fields but the id, in the order of the file. Where attributes are many, sparse ones
 * are combined: each keeps its name there ("display resolution: 1440 x 900").
 */
export function inferRoles(
  fields: readonly FieldStatistics[],
  rows: number,
  settings: KnobSettings = {},
): readonly RoleChoice[] {
  const judged = fields.map((field) => ({ field, judgement: judgeField(field, rows) }))
  const title = chooseTitle(judged, rows)
  const only = {
    price: bestNamed(judged, 'price', PRICE_NAMES),
    brand: bestNamed(judged, 'brand', BRAND_NAMES),
  }
  const choices = judged.map(({ field, judgement }): RoleChoice => {
    const { role, reason, ...reading } =
      field.name === title
        ? { role: 'title' as const, reason: 'short texts that differ' }
        : judgement
    const isSecond = (role === 'price' || role === 'brand') && only[role] !== field.name
    return {
      field: field.name,
      role: isSecond ? (role === 'price' ? 'number' : 'attribute') : role,
      reason: isSecond ? `a second ${role}` : reason,
      coverage: rows === 0 ? 0 : field.rows / rows,
      distinct: field.distinct.estimate(),
      kept: 'alone',
      ...reading,
    }
  })
  return combineSparse(choices, settings)
}

/** Of several fields of a role, the one whose name stands first in a list. */
function bestNamed(
  judged: readonly Judged[],
  role: FieldRole,
  names: readonly string[],
): string | undefined {
  const own = judged.filter(({ judgement }) => judgement.role === role)
  for (const name of names) {
    const named = own.find(({ field }) => isNamed(field.name, [name]))
    if (named !== undefined) return named.field.name
  }
  return own[0]?.field.name
}

interface Judged {
  readonly field: FieldStatistics
  readonly judgement: Judgement
}

function chooseTitle(judged: readonly Judged[], rows: number): string | undefined {
  const texts = judged.filter(
    ({ field, judgement }) =>
      ['text', 'attribute'].includes(judgement.role) &&
      field.lists === 0 &&
      field.rows >= 0.3 * rows &&
      field.booleans < field.values / 2 &&
      field.words <= 40 * field.values,
  )
  for (const name of TITLE_NAMES) {
    const named = texts.find(({ field }) => isNamed(field.name, [name]))
    if (named !== undefined) return named.field.name
  }
  const short = texts.filter(({ field }) => field.words <= 15 * field.values)
  const worth = ({ field }: Judged) =>
    (field.distinct.estimate() / Math.max(1, rows)) * Math.min(1, field.words / field.values / 2)
  return short.toSorted((a, b) => worth(b) - worth(a))[0]?.field.name
}

/** Attributes of this share of products or more are indexed as words of their own. */
const DENSE_SHARE = 0.5
/** With fewer attributes than this, each stays alone. */
const FEW_ATTRIBUTES = 16

function combineSparse(choices: readonly RoleChoice[], settings: KnobSettings): RoleChoice[] {
  const most = readKnob(MAXIMUM_FIELDS, settings)
  const sparse = readKnob(SPARSE_SHARE, settings)
  const loose = choices.filter(isLoose)
  if (loose.length <= Math.min(FEW_ATTRIBUTES, most)) return [...choices]
  const kept = new Set(
    loose
      .filter(({ role, coverage }) => coverage >= sparse && role !== 'text')
      .toSorted((a, b) => b.coverage - a.coverage || (a.field < b.field ? -1 : 1))
      .slice(0, most)
      .map(({ field }) => field),
  )
  return choices.map((choice) => {
    if (!isLoose(choice)) return choice
    if (!kept.has(choice.field)) return { ...choice, kept: 'combined' }
    return choice.coverage < DENSE_SHARE ? { ...choice, kept: 'both' } : choice
  })
}

/** Attributes and numbers of any kind, and texts that only some products have. */
function isLoose({ role, coverage, reason }: RoleChoice): boolean {
  if (role === 'attribute' || role === 'number') return true
  return role === 'text' && coverage < DENSE_SHARE && reason !== NAMED_TEXT
}
