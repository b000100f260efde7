/**
 * What a field of a product means to search. Text roles (title, text, category, brand, attribute)
 * are indexed as words; category, brand and attribute also as whole values that can be filtered,
 * counted and understood; number, price, popularity, rating and date as numbers (a date in epoch ms).
 */
export type FieldRole =
  | 'title'
  | 'text'
  | 'category'
  | 'brand'
  | 'attribute'
  | 'number'
  | 'price'
  | 'popularity'
  | 'rating'
  | 'date'
  | 'ignored'

/** A field of the catalogue and its role. */
export interface Field {
  readonly name: string
  readonly role: FieldRole
  /** What a match in this field counts beside one in another; by default by its role. */
  readonly weight?: number
  /** False where its words are indexed within another field (combined attributes): only its values are. */
  readonly words?: boolean
}

/** A value of a field: a text, a number (a date in epoch ms), or several texts. */
export type FieldValue = string | number | readonly string[]

/** A product as search sees it. A field that is absent is missing. */
export interface Product {
  readonly id: string
  readonly values: Readonly<Record<string, FieldValue>>
}

/** Roles whose values are indexed as words. */
export const TEXT_ROLES: readonly FieldRole[] = ['title', 'text', 'category', 'brand', 'attribute']

/** Roles whose whole values can be filtered, counted and understood. */
export const VALUE_ROLES: readonly FieldRole[] = ['category', 'brand', 'attribute']

/** Roles whose values are numbers. */
export const NUMBER_ROLES: readonly FieldRole[] = [
  'number',
  'price',
  'popularity',
  'rating',
  'date',
]
