import { StorewrightError } from '../../core/errors.ts'
import { type Field, type FieldValue, NUMBER_ROLES, type Product } from '../catalogue/product.ts'

const LONGEST_ID = 512

/**
 * The products by id, the last of each id. Throws ERR_ARGUMENT on the first without a usable id, with
 * a value of the wrong kind, or with a number that is not finite.
 */
export function checkProducts(
  products: Iterable<Product>,
  fields: ReadonlyMap<string, Field>,
): ReadonlyMap<string, Product> {
  const checked = new Map<string, Product>()
  for (const product of products) {
    const { id, values } = product
    if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) {
      throw fault(`a product has the id ${JSON.stringify(id)?.slice(0, 80)}`, 'id', {
        next: `Give each product a text of 1 to ${LONGEST_ID} characters as its id.`,
      })
    }
    if (typeof values !== 'object' || values === null) {
      throw fault(`product ${id} has no values`, 'values', {})
    }
    for (const [name, value] of Object.entries(values))
      checkValue(id, name, value, fields.get(name))
    checked.set(id, product)
  }
  return checked
}

function checkValue(id: string, name: string, value: FieldValue, field: Field | undefined): void {
  if (value === undefined || value === null || field?.role === 'ignored') return
  const isNumber = typeof value === 'number'
  if (isNumber && !Number.isFinite(value)) {
    throw fault(`${name} of product ${id} is ${value}`, name, {
      next: 'Leave out what is missing.',
    })
  }
  if (field !== undefined && NUMBER_ROLES.includes(field.role) && !isNumber) {
    throw fault(`${name} of product ${id} is no number, but its role is ${field.role}`, name, {
      next: 'Give a number (a date in epoch milliseconds), or the field another role.',
    })
  }
  const isText = typeof value === 'string'
  const isTexts = Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (!isNumber && !isText && !isTexts) {
    throw fault(
      `${name} of product ${id} is neither a text, a number nor a list of texts`,
      name,
      {},
    )
  }
}

function fault(message: string, column: string, details: { readonly next?: string }) {
  return new StorewrightError('ERR_ARGUMENT', message, { column, ...details })
}
