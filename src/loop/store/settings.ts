import { readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import { checkKnobSettings, nearest } from '../../core/knobs.ts'
import { TIME_OF_DAY } from '../nightly/times.ts'
import { QUIET_HOURS } from '../warehouse/quiet-hours.ts'

const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/London')

/** The shape of storewright.toml. Unknown keys are errors, so that a typo does not go unnoticed. */
export const settingsSchema = z.strictObject({
  store: z.strictObject({
    name: z.string().min(1),
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as GBP'),
    time_zone: timeZone.default('UTC'),
  }),
  invoices: z
    .strictObject({
      non_products: z
        .array(z.strictObject({ pattern: z.string(), reason: z.string().default('set by you') }))
        .optional(),
    })
    .default({}),
  forecast: z
    .strictObject({
      horizon_days: z.int().min(1).max(365).default(28),
      seed: z.int().default(1),
    })
    .default({ horizon_days: 28, seed: 1 }),
  buying: z
    .strictObject({
      budget: z.number().positive().optional(),
      space_m3: z.number().positive().optional(),
      review_days: z.int().min(1).max(60).default(7),
    })
    .default({ review_days: 7 }),
  simulation: z
    .strictObject({
      days: z.int().min(7).max(730).default(60),
      seeds: z.int().min(2).max(50).default(5),
    })
    .default({ days: 60, seeds: 5 }),
  search: z
    .strictObject({
      languages: z.array(z.string().length(2)).min(1).max(10).default(['en']),
      synonyms: z.string().optional(),
      sentence_model: z.string().min(1).optional(),
      seed: z.int().default(1),
    })
    .default({ languages: ['en'], seed: 1 }),
  fulfilment: z
    .strictObject({
      strategy: z
        .enum(['nearest', 'cheapest-now', 'lp-duals', 'storewright'])
        .default('cheapest-now'),
      reevaluate: z.boolean().default(true),
      webhook_origins: z
        .array(z.url({ protocol: /^https?$/ }))
        .max(100)
        .default([]),
    })
    .default({ strategy: 'cheapest-now', reevaluate: true, webhook_origins: [] }),
  load: z
    .strictObject({
      gameday_targets: z
        .array(z.url({ protocol: /^https?$/ }))
        .max(100)
        .default([]),
      live_source: z.string().min(1).max(2000).optional(),
      live_hosts: z.array(z.string().min(1).max(200)).max(100).default([]),
      live_unit: z.enum(['per-second', 'per-step']).optional(),
      live_metric: z.string().min(1).max(200).default('http.server.request.duration'),
    })
    .default({
      ...{ gameday_targets: [], live_hosts: [] },
      live_metric: 'http.server.request.duration',
    }),
  warehouse: z
    .strictObject({
      mode: z.enum(['off', 'advise', 'approve', 'automatic']).default('advise'),
      storage_mb: z.number().min(0).default(500),
      schedule: z.enum(['expected', 'arrival']).default('expected'),
      private: z.enum(['texts', 'all']).optional(),
      quiet_hours: z
        .string()
        .regex(QUIET_HOURS, 'must be two times of day such as "01:00-05:00"')
        .optional(),
    })
    .default({ mode: 'advise', storage_mb: 500, schedule: 'expected' }),
  nightly: z
    .strictObject({
      at: z.string().regex(TIME_OF_DAY, 'must be a time of day such as "02:30"').optional(),
    })
    .default({}),
  api: z.strictObject({ requests_a_minute: z.int().min(1).optional() }).default({}),
  knobs: z.record(z.string(), z.number()).default({}),
})

export type Settings = z.infer<typeof settingsSchema>

/** Reads and checks storewright.toml; throws ERR_SETTINGS naming the key, or ERR_KNOB. */
export function readSettings(file: string): Settings {
  return checkSettings(readFileSync(file, 'utf8'), file)
}

/** Checks the text of a storewright.toml; `file` is named in errors. */
export function checkSettings(text: string, file: string): Settings {
  const parsed = settingsSchema.safeParse(parseToml(text, file))
  if (!parsed.success) throw settingsError(file, parsed.error)
  checkKnobSettings(parsed.data.knobs)
  return parsed.data
}

function parseToml(text: string, file: string): unknown {
  try {
    const raw = parse(text) as Record<string, unknown>
    return { ...raw, knobs: flattenKnobs(raw['knobs'] ?? {}, '') }
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    throw new StorewrightError('ERR_SETTINGS', cause.message.split('\n')[0]!, {
      file,
      line: cause.line,
      next: 'Correct the line; docs/settings.md shows the whole file.',
      cause,
    })
  }
}

/** `[knobs]` may hold `"inventory.holding-rate" = 0.3` or `inventory.holding-rate = 0.3`. */
function flattenKnobs(value: unknown, prefix: string): Record<string, unknown> {
  const flat: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
    if (typeof inner === 'object' && inner !== null) {
      Object.assign(flat, flattenKnobs(inner, `${prefix}${key}.`))
    } else flat[`${prefix}${key}`] = inner
  }
  return flat
}

function settingsError(file: string, error: z.ZodError): StorewrightError {
  // A misspelt key explains more than the key it leaves missing.
  const issue = error.issues.find((i) => i.code === 'unrecognized_keys') ?? error.issues[0]!
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const where = path === '' ? '' : `[${path}] `
    return new StorewrightError('ERR_SETTINGS', `${where}has no setting ${key}`, {
      file,
      column: key,
      next: `Did you mean ${nearest(key, knownKeys(path))}?`,
    })
  }
  const isAbsent = issue.code === 'invalid_type' && issue.message.includes('undefined')
  const what = isAbsent ? 'is missing' : issue.message
  return new StorewrightError('ERR_SETTINGS', `${path} ${what}`, {
    file,
    column: path,
    next: 'docs/settings.md lists every setting with its range.',
  })
}

function knownKeys(path: string): string[] {
  let schema: unknown = settingsSchema
  for (const part of path.split('.').filter((p) => p !== '')) {
    schema = unwrap((unwrap(schema) as { shape: Record<string, unknown> }).shape[part])
  }
  return Object.keys((unwrap(schema) as { shape?: Record<string, unknown> }).shape ?? {})
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodDefault ? schema.unwrap() : schema
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The storewright.toml that `init` writes: every setting with its default and a word on it. */
export function initialSettings(
  name: string,
  currency: string,
  zone: string,
  knobs: Readonly<Record<string, number>> = {},
): string {
  return `# Settings of this store. docs/settings.md explains each; \`storewright knobs\` lists the knobs.

[store]
name = ${JSON.stringify(name)}
currency = ${JSON.stringify(currency)}
time_zone = ${JSON.stringify(zone)}

[invoices]
# Stock codes that are no products (whole-code patterns) instead of the built-in rule:
# non_products = [{ pattern = "POST|DOT", reason = "postage" }]

[forecast]
horizon_days = 28      # days ahead that are shown and kept
seed = 1

[buying]
# budget = 4000.00     # money for one round of orders; without it there is no limit
# space_m3 = 20.0      # room for one round of orders, in cubic metres
review_days = 7        # days from one round of orders to the next

[simulation]
days = 60              # length of the replay that judges the plan
seeds = 5              # replays with other lead times, for the interval

[search]
languages = ["en"]     # two-letter codes of the languages of the texts, the usual one first
# synonyms = "tv, television set"   # the Solr format, one rule a line
# sentence_model = "models/sentence"  # folder of a sentence-embedding model in ONNX
seed = 1

[fulfilment]
strategy = "cheapest-now"   # how orders are given to sites: nearest, cheapest-now, lp-duals, storewright
reevaluate = true      # look at open orders again until they are picked; false leaves them where they are
# webhook_origins = ["https://shop.example"]   # where webhooks may send

[load]
# gameday_targets = ["https://test.shop.example"]   # servers that a game day may load, beside this machine
# live_source = "http://127.0.0.1:9090/api/v1/query_range?query=sum(rate(http_requests_total[1m]))"   # all requests, followed while an event runs; or a CSV with ds and y, or "push" for POST /api/load/metrics
# live_hosts = ["metrics.shop.example"]   # hosts that live_source may name, beside this machine

# [warehouse]
# mode = "advise"      # off, advise, approve or automatic: how far the database changes its own design
# storage_mb = 500     # room for all of that
# quiet_hours = "01:00-05:00"   # when views and orders of rows are built
# private = "texts"    # values in statements are kept as hashes: of texts, or of "all"

[nightly]
# at = "02:30"         # \`storewright serve\` makes the nightly run at this time of the store's time zone

[knobs]
# "inventory.holding-rate" = 0.30
${Object.entries(knobs)
  .map(([knob, value]) => `${JSON.stringify(knob)} = ${value}\n`)
  .join('')}`
}
