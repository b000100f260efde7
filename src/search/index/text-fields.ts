import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { readKnob } from '../../core/knobs.ts'
import { type Field, type FieldRole, TEXT_ROLES } from '../catalogue/product.ts'
import { attributeWeight, brandWeight, categoryWeight, textWeight, titleWeight } from './knobs.ts'

/** A field of words: one of the catalogue, or all its attributes taken together. */
export interface TextField {
  readonly name: string
  readonly role: FieldRole
  readonly weight: number
  /** Names of the catalogue's fields in it. */
  readonly members: readonly string[]
}

/** Text fields of an index are at most this many: positions keep four bits for the field. */
export const MOST_TEXT_FIELDS = 16
/** More attributes than this are one field of words: hundreds of small fields say less than one. */
const MOST_ATTRIBUTE_FIELDS = 6

const WEIGHT_KNOBS = {
  title: titleWeight,
  text: textWeight,
  category: categoryWeight,
  brand: brandWeight,
  attribute: attributeWeight,
} as const

type TextRole = keyof typeof WEIGHT_KNOBS

/**
 * The fields of words of a catalogue. Each title, text, category and brand is one; attributes too
 * where they are few, else all without a weight of their own are `all attributes`. Fields of weight 0
 * or without words of their own are not indexed. Where there would be more than 16, fields of the same role are taken together.
 * Throws ERR_ARGUMENT on a field named twice or a weight that is no number from 0.
 */
export function textFieldsOf(
  fields: readonly Field[],
  settings: KnobSettings = {},
): readonly TextField[] {
  checkFields(fields)
  const indexed = fields.filter(
    (f) => TEXT_ROLES.includes(f.role) && f.weight !== 0 && f.words !== false,
  )
  const plain = indexed.filter((f) => f.role === 'attribute' && f.weight === undefined)
  const single =
    plain.length > MOST_ATTRIBUTE_FIELDS ? indexed.filter((f) => !plain.includes(f)) : indexed
  const roleWeight = (role: FieldRole) => readKnob(WEIGHT_KNOBS[role as TextRole], settings)
  const text: TextField[] = single.map(({ name, role, weight }) => ({
    name,
    role,
    weight: weight ?? roleWeight(role),
    members: [name],
  }))
  if (single !== indexed) text.push(together('all attributes', plain, roleWeight('attribute')))
  if (text.length <= MOST_TEXT_FIELDS) return text
  return TEXT_ROLES.flatMap((role) => {
    const members = indexed.filter((f) => f.role === role)
    return members.length === 0 ? [] : [together(role, members, roleWeight(role))]
  })
}

function together(name: string, fields: readonly Field[], weight: number): TextField {
  return { name, role: fields[0]!.role, weight, members: fields.map((f) => f.name) }
}

function checkFields(fields: readonly Field[]): void {
  const seen = new Set<string>()
  for (const { name, weight } of fields) {
    const fault = seen.has(name)
      ? `field ${name} is named twice`
      : weight !== undefined && !(weight >= 0 && weight <= 1000)
        ? `field ${name} has weight ${weight}; give one from 0 to 1000`
        : undefined
    if (fault !== undefined) throw new StorewrightError('ERR_ARGUMENT', fault, { column: name })
    seen.add(name)
  }
}
