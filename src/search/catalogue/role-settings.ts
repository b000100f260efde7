import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { FieldRole } from './product.ts'

/** Roles as a person sets them; what is absent is inferred. */
export interface RoleSettings {
  /** The field that tells products apart. */
  readonly id?: string
  /** Fields by role. */
  readonly roles?: Readonly<Partial<Record<FieldRole, readonly string[]>>>
  /** How much a match in a field counts, by field. */
  readonly weights?: Readonly<Record<string, number>>
}

export const FIELD_ROLES: readonly FieldRole[] = [
  'title',
  'text',
  'category',
  'brand',
  'attribute',
  'number',
  'price',
  'popularity',
  'rating',
  'date',
  'ignored',
]

/**
 * Reads roles from a TOML or JSON file:
 *
 *     id = "upc"
 *     [roles]
 *     title = "name"
 *     text = ["short_description", "long_description"]
 *     [weights]
 *     name = 3
 *
 * Throws ERR_SETTINGS on anything else in it, with the nearest known word.
 */
export function readRoleSettings(path: string): RoleSettings {
  if (!existsSync(path)) throw bad(path, 'is not there', 'Give the path of a TOML or JSON file.')
  const text = readFileSync(path, 'utf8')
  try {
    return checkRoleSettings(path.endsWith('.json') ? JSON.parse(text) : parse(text), path)
  } catch (cause) {
    if (cause instanceof StorewrightError) throw cause
    throw bad(path, `cannot be read: ${cause instanceof Error ? cause.message : cause}`)
  }
}

/** Checks settings read from anywhere; `file` is named in errors. Throws ERR_SETTINGS. */
export function checkRoleSettings(value: unknown, file = 'roles'): RoleSettings {
  const settings = asObject(value, file, 'is no table of settings')
  for (const key of Object.keys(settings)) requireKnown(key, ['id', 'roles', 'weights'], file)
  const id = settings['id']
  if (id !== undefined && typeof id !== 'string') throw bad(file, 'id is no name of a field')
  const weights = checkWeights(
    asObject(settings['weights'] ?? {}, file, 'weights is no table'),
    file,
  )
  const roles: Partial<Record<FieldRole, readonly string[]>> = {}
  for (const [role, names] of Object.entries(
    asObject(settings['roles'] ?? {}, file, 'roles is no table'),
  )) {
    requireKnown(role, FIELD_ROLES, file)
    const list: unknown[] = Array.isArray(names) ? names : [names]
    if (!list.every((name) => typeof name === 'string')) {
      throw bad(file, `roles.${role} is no name of a field, nor a list of them`)
    }
    roles[role as FieldRole] = list
  }
  return { ...(id === undefined ? {} : { id }), roles, weights }
}

function checkWeights(
  weights: Readonly<Record<string, unknown>>,
  file: string,
): Record<string, number> {
  const checked: Record<string, number> = {}
  for (const [field, weight] of Object.entries(weights)) {
    if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1000)) {
      throw bad(file, `weights.${field} is ${String(weight)}`, 'Give a number from 0 to 1000.')
    }
    checked[field] = weight
  }
  return checked
}

function asObject(value: unknown, file: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw bad(file, what)
}

function requireKnown(word: string, known: readonly string[], file: string): void {
  if (known.includes(word)) return
  throw bad(file, `there is no ${word}`, `Did you mean ${nearest(word, known)}?`)
}

function bad(file: string, what: string, next?: string): StorewrightError {
  return new StorewrightError('ERR_SETTINGS', `${file}: ${what}`, {
    file,
    next: next ?? 'Set id = "field", roles.ROLE = "field" or a list, weights.FIELD = number.',
  })
}
