import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import { defineEvent, type Ledger, type LedgerEvent, subjectOf } from '../../ledger/index.ts'

/** What the bearer of a token may do; `admin` may do all. */
export const ROLES = ['read', 'shop', 'warehouse', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

const tokenAdded = defineEvent(
  'access.token-added',
  z.object({
    name: z.string().min(1).max(100),
    role: z.enum(ROLES),
    /** SHA-256 of the token, hex: 256 random bits need no salt, and cannot be guessed from it. */
    hash: z.string().length(64),
    /** Epoch ms; null: it does not expire. */
    expiresAt: z.int().nullable(),
    by: z.string().min(1),
  }),
)
const tokenRevoked = defineEvent(
  'access.token-revoked',
  z.object({ name: z.string().min(1), by: z.string().min(1) }),
)

const PREFIX = 'access'

/** A token as it is known: never the token itself. */
export interface TokenFact {
  readonly name: string
  readonly role: Role
  /** Epoch ms. */
  readonly addedAt: number
  readonly addedBy: string
  readonly expiresAt: number | undefined
  readonly revokedAt: number | undefined
}

/** Whose token it is, or why it is none. */
export type TokenCheck =
  | { readonly ok: true; readonly name: string; readonly role: Role }
  | { readonly ok: false; readonly fault: 'unknown' | 'expired' | 'revoked' }

/** All tokens of a store, by the hash of each. */
export interface TokenBook {
  /** True while a token stands: then changes need one. `now` is epoch ms. */
  isRequired(now: number): boolean
  check(token: string, now: number): TokenCheck
  list(): readonly TokenFact[]
}

/** Tokens that the book's ledger knew once; `follow` keeps them up to date. */
export interface FollowedTokens extends TokenBook {
  /** Takes up what is added and revoked, by whichever process, until the signal. */
  follow(signal: AbortSignal): Promise<void>
}

/** Reads the tokens of a ledger. */
export async function readTokens(ledger: Ledger): Promise<FollowedTokens> {
  const byHash = new Map<string, TokenFact>()
  let next = 1
  const apply = (event: LedgerEvent) => {
    next = event.sequence + 1
    if (tokenAdded.is(event)) {
      const { name, role, hash, expiresAt, by } = event.data
      const dates = { addedAt: event.time, expiresAt: expiresAt ?? undefined }
      byHash.set(hash, { name, role, addedBy: by, revokedAt: undefined, ...dates })
    }
    if (tokenRevoked.is(event)) {
      for (const [hash, fact] of byHash) {
        if (fact.name !== event.data.name || fact.revokedAt !== undefined) continue
        byHash.set(hash, { ...fact, revokedAt: event.time })
      }
    }
  }
  for await (const event of ledger.read({ prefix: PREFIX })) apply(event)
  return {
    isRequired: (now) => [...byHash.values()].some((fact) => stands(fact, now)),
    check(token, now) {
      const fact = byHash.get(hashOfToken(token))
      if (fact === undefined) return { ok: false, fault: 'unknown' }
      if (fact.revokedAt !== undefined) return { ok: false, fault: 'revoked' }
      if (!stands(fact, now)) return { ok: false, fault: 'expired' }
      return { ok: true, name: fact.name, role: fact.role }
    },
    list: () => [...byHash.values()],
    async follow(signal) {
      for await (const event of ledger.tail({ from: next, prefix: PREFIX, signal })) apply(event)
    },
  }
}

function stands({ revokedAt, expiresAt }: TokenFact, now: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || now < expiresAt)
}

export interface NewToken {
  readonly name: string
  readonly role: Role
  /** Epoch ms. */
  readonly expiresAt?: number | undefined
  readonly by: string
}

/**
 * Makes a token and returns it: the one time that it is seen. Throws ERR_ARGUMENT where a token of
 * that name stands.
 */
export async function addToken(ledger: Ledger, wanted: NewToken): Promise<string> {
  const { name, role, expiresAt = null, by } = wanted
  const known = (await readTokens(ledger)).list()
  if (known.some((one) => one.name === name && one.revokedAt === undefined)) {
    throw new StorewrightError('ERR_ARGUMENT', `there is a token ${name} already`, {
      next: `Choose another name, or revoke it: storewright token revoke ${name} --store DIR`,
    })
  }
  const token = `sw_${randomBytes(32).toString('base64url')}`
  const data = { name, role, hash: hashOfToken(token), expiresAt, by }
  await ledger.append([tokenAdded.of(subjectOf(PREFIX, 'token', name), data)])
  return token
}

/** Revokes a token by its name. Throws ERR_NOT_FOUND where none of that name stands. */
export async function revokeToken(ledger: Ledger, name: string, by: string): Promise<void> {
  const known = (await readTokens(ledger)).list()
  if (!known.some((one) => one.name === name && one.revokedAt === undefined)) {
    throw new StorewrightError('ERR_NOT_FOUND', `there is no token ${name}`, {
      next: 'See which there are: storewright token list --store DIR',
    })
  }
  await ledger.append([tokenRevoked.of(subjectOf(PREFIX, 'token', name), { name, by })])
}

function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
