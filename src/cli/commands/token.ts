import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  addToken,
  ROLES,
  type Role,
  readTokens,
  revokeToken,
  withLedger,
} from '../../loop/index.ts'
import { currentUser, storeOption } from '../options.ts'
import { printData } from '../output.ts'

const DAY_MS = 86_400_000

/** token add, list, revoke. */
export function addTokenCommands(program: Command): void {
  const token = program
    .command('token')
    .description('who may use the API of a store, and for what')
    .addHelpText(
      'after',
      `
Roles: read (ask), shop (promises and orders), warehouse (stock and parcels),
operator (those, and sites and lanes that close), admin (everything).

Examples:
  storewright token add web-shop --role shop --store my-store
  storewright token add scanner --role warehouse --days 30 --store my-store
  storewright token list --store my-store
  storewright token revoke scanner --store my-store`,
    )
  addAdd(token)
  addList(token)
  addRevoke(token)
}

function addAdd(token: Command): void {
  storeOption(token.command('add'))
    .description('make a token; it is printed once, and kept as a hash alone')
    .argument('<name>', 'whose it is, or what uses it')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--days <days>', 'days until it expires; without it, it does not', days)
    .option('--by <name>', 'who gives it', currentUser())
    .action(
      async (name: string, options: { store: string; role: Role; days?: number; by: string }) => {
        const { store, role, by } = options
        const expiresAt =
          options.days === undefined ? undefined : Date.now() + options.days * DAY_MS
        const made = await withLedger(store, (ledger) =>
          addToken(ledger, { name, role, by, expiresAt }),
        )
        process.stdout.write(`${made}\n`)
        process.stderr.write(
          `Token ${name} (${role}). It is not shown again; a running server knows it within a second.\nUse it: curl -H "Authorization: Bearer $TOKEN" …\n`,
        )
      },
    )
}

function addList(token: Command): void {
  storeOption(token.command('list'))
    .description('tokens, what each may do, and which stand')
    .option('--json', 'print as JSON')
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const now = Date.now()
      const tokens = await withLedger(store, async (ledger) => (await readTokens(ledger)).list())
      const rows = tokens.map(({ name, role, addedAt, addedBy, expiresAt, revokedAt }) => {
        const expired = expiresAt !== undefined && expiresAt <= now
        const state = revokedAt !== undefined ? 'revoked' : expired ? 'expired' : 'stands'
        return { name, role, state, addedAt: iso(addedAt), addedBy, expiresAt: iso(expiresAt) }
      })
      printData(json === true, rows, () =>
        rows.length === 0
          ? `No tokens. Make one: storewright token add NAME --role shop --store ${store}`
          : rows
              .map(
                (row) =>
                  `${row.name}: ${row.role}, ${row.state}${row.expiresAt === null ? '' : `, until ${row.expiresAt}`}; given by ${row.addedBy} on ${row.addedAt}`,
              )
              .join('\n'),
      )
    })
}

function addRevoke(token: Command): void {
  storeOption(token.command('revoke'))
    .description('end a token at once')
    .argument('<name>', 'its name')
    .option('--by <name>', 'who ends it', currentUser())
    .action(async (name: string, { store, by }: { store: string; by: string }) => {
      await withLedger(store, (ledger) => revokeToken(ledger, name, by))
      process.stderr.write(`Token ${name} is revoked.\n`)
    })
}

function iso(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

function days(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0 && value <= 36_500) return value
  throw new InvalidArgumentError('Give a number of days above 0.')
}
