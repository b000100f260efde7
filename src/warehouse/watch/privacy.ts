import { createHmac } from 'node:crypto'
import type { SqlValue } from '../../core/sql/database.ts'
import type { ConstantKind } from '../types.ts'

/** What may be kept of the values in statements. */
export interface Privacy {
  /** 'texts' hides texts and lists, whose numbers may be of people too; 'all' hides numbers as well. */
  readonly hide: 'texts' | 'all'
  /** Secret of the store: without it nobody can try out values against the hashes. */
  readonly key: string
}

/** Constants as they may be kept: equal ones stay equal. */
export function hideConstants(
  constants: readonly SqlValue[],
  kinds: readonly ConstantKind[],
  privacy: Privacy | undefined,
): readonly SqlValue[] {
  if (privacy === undefined) return constants
  return constants.map((constant, k) =>
    kinds[k] === 'number' && privacy.hide === 'texts' ? constant : keyedHash(constant, privacy.key),
  )
}

/** 64 bits of HMAC-SHA-256 of a value, hexadecimal. */
export function keyedHash(value: SqlValue, key: string): string {
  const typed = `${typeof value} ${value}`
  return createHmac('sha256', key).update(typed).digest('hex').slice(0, 16)
}

/** Messages of DuckDB quote values behind the first colon: 'Conversion Error: Could not convert …'. */
export function hideMessage(message: string, privacy: Privacy | undefined): string {
  if (privacy === undefined) return message
  const colon = message.indexOf(':')
  return colon < 0 ? 'failed' : message.slice(0, colon)
}
