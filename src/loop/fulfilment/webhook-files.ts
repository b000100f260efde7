import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileWhole } from '../../core/files.ts'

/** An address that is told of orders. */
export interface Webhook {
  readonly webhookId: string
  readonly url: string
  /** Types of events; empty: all. */
  readonly events: readonly string[]
  /** Deliveries are signed with it: unlike a token it must be known in full. */
  readonly secret: string
  /** Epoch ms. */
  readonly addedAt: number
}

/** Webhooks of a store on disk: one file each that its owner alone reads, and how far each has heard. */
export interface WebhookFiles {
  list(): readonly Webhook[]
  add(webhook: Webhook, delivered: number): void
  remove(webhookId: string): void
  /** Number of the last event that was acknowledged. */
  delivered(webhookId: string): number
  acknowledge(webhookId: string, sequence: number): void
}

export function webhookFiles(folder: string): WebhookFiles {
  const fileOf = (id: string) => join(folder, `${id}.json`)
  const cursorOf = (id: string) => join(folder, `${id}.delivered`)
  return {
    list() {
      if (!existsSync(folder)) return []
      return readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Webhook)
    },
    add(webhook, delivered) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      chmodSync(folder, 0o700)
      writeFileWhole(cursorOf(webhook.webhookId), `${delivered}\n`)
      writeFileWhole(fileOf(webhook.webhookId), `${JSON.stringify(webhook)}\n`)
    },
    remove(id) {
      rmSync(fileOf(id), { force: true })
      rmSync(cursorOf(id), { force: true })
    },
    delivered: (id) => Number(readFileSync(cursorOf(id), 'utf8')),
    acknowledge: (id, sequence) => writeFileWhole(cursorOf(id), `${sequence}\n`),
  }
}
