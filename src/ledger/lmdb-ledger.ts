import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Database, open, type RootDatabase } from 'lmdb'
import { StorewrightError } from '../core/errors.ts'
import { isDenied } from '../core/files.ts'
import { readKnob } from '../core/knobs.ts'
import { type Block, decodeBlock, packBlocks } from './blocks.ts'
import type { Page } from './follow.ts'
import {
  type Appended,
  blockEventsKnob,
  type Ledger,
  type LedgerEvent,
  type LedgerOptions,
} from './ledger.ts'
import { mayHave } from './signatures.ts'
import { firstSegment, prefixHash } from './subjects.ts'
import { conflict, ledgerOver } from './surface.ts'

interface Files {
  readonly root: RootDatabase
  /** Sequence number of a block's last event → the block. */
  readonly blocks: Database<Buffer, number>
  /** The same key → the block's signature. */
  readonly signatures: Database<Buffer, number>
  /** First segment of a subject → keys of the blocks that hold an event under it, in order. */
  readonly index: Database<number, string>
}

/**
 * Opens the ledger in a folder, which is made where it is missing. Several processes may have it
 * open and append to it at once. Throws ERR_STORE_DENIED where this user may not write to it, else
 * ERR_LEDGER_DAMAGED.
 */
export function openLedger(folder: string, options: LedgerOptions = {}): Ledger {
  const files = openFiles(folder)
  const { root, blocks } = files
  const blockEvents = readKnob(blockEventsKnob, options.knobs)
  return ledgerOver(
    {
      async write(events, expected) {
        return commit(files, packBlocks(events, blockEvents), expected)
      },
      page: (from, prefix, limit) =>
        prefix === undefined ? pageOfAll(blocks, from, limit) : pageOf(files, from, prefix, limit),
      lastSequence: () => lastKey(blocks),
      close: () => root.close(),
    },
    options,
  )
}

function openFiles(folder: string): Files {
  try {
    mkdirSync(folder, { recursive: true })
    requireLmdb(join(folder, 'data.mdb'))
    const root = open({
      path: folder,
      noSubdir: false,
      maxDbs: 4,
      // A commit writes its pages, flushes them, and only then writes (O_DSYNC) the page that
      // makes them visible. lmdb's default shows a commit first and flushes it later: a reader
      // could then act on an event that a power failure takes back.
      overlappingSync: false,
      // Batching by event turn would begin each batch with a promise that nobody holds: a full
      // disk would end the process. Transactions queue and share flushes without it.
      eventTurnBatching: false,
    })
    for (const made of [folder, dirname(resolve(folder))]) flushFolder(made)
    return {
      root,
      blocks: root.openDB({ name: 'blocks', encoding: 'binary' }),
      signatures: root.openDB({ name: 'signatures', encoding: 'binary' }),
      index: root.openDB({ name: 'subjects', encoding: 'ordered-binary', dupSort: true }),
    }
  } catch (error) {
    const shut = notWritable(folder, error)
    if (shut !== undefined) {
      throw new StorewrightError('ERR_STORE_DENIED', `${shut} may not be written by this user`, {
        file: shut,
        next: 'Who reads the ledger writes to its folder too (its lock). Check the permissions of the folder and of its files, or run this as the user who owns the store.',
        cause: error,
      })
    }
    throw new StorewrightError('ERR_LEDGER_DAMAGED', `the ledger in ${folder} cannot be opened`, {
      file: folder,
      next: 'Check that the folder can be written and holds a ledger; else restore it from a copy.',
      cause: error,
    })
  }
}

/** What of the ledger this user may not read and write, where it could not be opened for that. */
function notWritable(folder: string, error: unknown): string | undefined {
  const { path } = (error ?? {}) as NodeJS.ErrnoException
  if (isDenied(error) && path !== undefined) return path
  return [folder, join(folder, 'data.mdb'), join(folder, 'lock.mdb')].find((one) => {
    try {
      accessSync(one, constants.R_OK | constants.W_OK)
      return false
    } catch (cause) {
      return isDenied(cause)
    }
  })
}

/** Throws when the file is there and is none of LMDB's: opening it would end the process. */
function requireLmdb(file: string): void {
  if (!existsSync(file)) return
  const start = Buffer.alloc(4096)
  const descriptor = openSync(file, 'r')
  const read = readSync(descriptor, start)
  closeSync(descriptor)
  // An empty file is one that another process is just making.
  if (read === 0) return
  // The page header of 24 bytes, then the magic number (lmdb.h: MDB_MAGIC).
  if (read < start.length || start.readUInt32LE(24) !== 0xbeefc0de) {
    throw new Error(`${file} is not an LMDB file`)
  }
}

/** A flushed file is lost all the same when the entry of its folder is not on disk. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Writes the blocks in one transaction and resolves when it is flushed. Group commit: appends that
 * wait while another is being flushed share the next transaction, hence one flush (lmdb queues
 * them; each runs alone, so each sees the last sequence number of the one before).
 */
async function commit(
  files: Files,
  packed: readonly Block[],
  expected: number | undefined,
): Promise<Appended> {
  let last = 0
  let written: number
  try {
    written = await files.root.transaction(() => {
      last = lastKey(files.blocks)
      if (expected !== undefined && expected !== last) return -1
      return putBlocks(files, packed, last)
    })
    await files.root.flushed
  } catch (error) {
    const cause = await reasonOf(error)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StorewrightError('ERR_LEDGER_WRITE', `the ledger could not be written: ${reason}`, {
      next: 'Look for a full disk or missing rights. Nothing of this append counts as recorded.',
      cause,
    })
  }
  if (written < 0) throw conflict(expected!, last)
  return { first: last + 1, last: written }
}

/**
 * The reason of a failed commit, which lmdb gives as a rejected promise beside the error. It must
 * be taken up in any case: left alone, it would end the process as an unhandled rejection.
 */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error
  const reason = Promise.resolve(error.commitError).catch((cause: unknown) => cause)
  return (await Promise.race([reason, setImmediate()])) ?? error
}

function putBlocks(
  { blocks, signatures, index }: Files,
  packed: readonly Block[],
  last: number,
): number {
  let key = last
  for (const { count, bytes, firstSegments, signature } of packed) {
    key += count
    // The block last: should a put throw, an entry without its block is harmless, a block without
    // its entries is not.
    for (const segment of firstSegments) index.putSync(segment, key)
    signatures.putSync(key, signature)
    blocks.putSync(key, bytes, { append: true })
  }
  return key
}

function lastKey(blocks: Files['blocks']): number {
  for (const key of blocks.getKeys({ reverse: true, limit: 1 })) return key
  return 0
}

function pageOfAll(blocks: Files['blocks'], from: number, limit: number): Page {
  const found = [...blocks.getRange({ start: from, limit })]
  const last = found.at(-1)?.key
  return {
    events: found.flatMap(({ key, value }) => decodeBlock(value, key, from, undefined)),
    next: last === undefined ? from : last + 1,
  }
}

function pageOf(files: Files, from: number, prefix: string, limit: number): Page {
  // Read before the index: what is appended between the two is left to the next page.
  const last = lastKey(files.blocks)
  const hash = prefixHash(prefix)
  const events: LedgerEvent[] = []
  let found = 0
  for (const key of files.index.getValues(firstSegment(prefix), { start: from })) {
    const inBlock = eventsIn(files, key, from, prefix, hash)
    events.push(...inBlock)
    if (inBlock.length > 0 && ++found === limit) return { events, next: key + 1 }
  }
  return { events, next: Math.max(from, last + 1) }
}

function eventsIn(
  { blocks, signatures }: Files,
  key: number,
  from: number,
  prefix: string,
  hash: number,
): LedgerEvent[] {
  const signature = signatures.get(key)
  // Where the signature is damaged the block itself must tell.
  if (signature !== undefined && mayHave(signature, hash) === false) return []
  const block = blocks.get(key)
  return block === undefined ? [] : decodeBlock(block, key, from, prefix)
}
