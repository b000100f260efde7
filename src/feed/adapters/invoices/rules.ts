import { StorewrightError } from '../../../core/errors.ts'

/** A pattern of stock codes that are no products, and what they are. */
export interface NonProductRule {
  /** Regular expression (RE2) that the whole stock code must match; case does not matter. */
  readonly pattern: string
  /** What such lines are, for the report. */
  readonly reason: string
}

/**
 * What is no product in the invoices of a shop, unless its settings say otherwise. Each is an
 * accounting or carriage code seen in the UCI Online Retail data; none has five digits in a row,
 * as that shop's products do.
 */
export const NON_PRODUCT_RULES: readonly NonProductRule[] = [
  { pattern: 'POST|DOT|C2|.*POSTAGE|CARRIAGE', reason: 'postage and carriage' },
  { pattern: 'M|MANUAL|.*ADJUST.*', reason: 'manual corrections' },
  { pattern: 'D|DISCOUNT', reason: 'discounts' },
  { pattern: 'S|SAMPLES?', reason: 'samples' },
  { pattern: 'B', reason: 'bad debt' },
  { pattern: 'BANK CHARGES|AMAZON ?FEE|CRUK', reason: 'fees and commissions' },
  { pattern: 'GIFT_[0-9_]+', reason: 'gift vouchers' },
  { pattern: 'PADS', reason: 'cushion pads given along' },
  { pattern: 'TEST[0-9]*', reason: 'test entries' },
]

/** Throws ERR_SETTINGS when a pattern is no regular expression. */
export function requirePatterns(rules: readonly NonProductRule[]): void {
  for (const { pattern } of rules) {
    try {
      new RegExp(pattern, 'u')
    } catch (cause) {
      throw new StorewrightError('ERR_SETTINGS', `"${pattern}" is no pattern of stock codes`, {
        next: 'Write a regular expression, such as POST or GIFT_[0-9_]+.',
        cause,
      })
    }
  }
}
