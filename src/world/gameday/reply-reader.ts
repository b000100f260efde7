/** A reply of a server as far as the driver looks at it. */
export interface HttpReply {
  readonly status: number
  /** Bytes of the body; undefined where nobody wants it. */
  readonly body: Buffer | undefined
  /** Whether the connection may be used again. */
  readonly keepAlive: boolean
}

/** Reads replies from the bytes of one connection. */
export interface ReplyReader {
  /** Whether the body of the reply to come is kept. Set before its bytes come. */
  wantsBody: boolean
  /** Takes bytes as they come. Throws an Error on what is no HTTP/1.1 reply. */
  push(chunk: Buffer): void
  /** The connection has ended: a body without a length ends here. True where a reply was whole. */
  end(): boolean
}

type State = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-end'

const NOTHING = Buffer.alloc(0)
const LARGEST_HEAD = 65_536
const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')

/**
 * A reader of HTTP/1.1 replies (RFC 9112): length given, chunked, or until the end of the connection.
 * It copies nothing but what is split between reads.
 */
export function createReplyReader(onReply: (reply: HttpReply) => void): ReplyReader {
  let state: State = 'head'
  let rest: Buffer = NOTHING
  let status = 0
  let keepAlive = true
  /** Bytes of the body, or of the chunk, that are still to come. */
  let missing = 0
  let parts: Buffer[] = []

  const finish = () => {
    const body = reader.wantsBody ? Buffer.concat(parts) : undefined
    parts = []
    state = 'head'
    onReply({ status, body, keepAlive })
  }
  /** Reads a head; the place behind it, or −1 where it is not whole. */
  const readHead = (data: Buffer, at: number): number => {
    const end = data.indexOf(HEAD_END, at)
    if (end < 0) {
      if (data.length - at > LARGEST_HEAD) throw new Error('a reply with an endless head')
      return -1
    }
    const head = parseHead(data.toString('latin1', at, end))
    status = head.status
    keepAlive = head.keepAlive
    // 1xx come before the reply itself.
    if (status >= 200) {
      missing = head.length
      state = head.framing
      if (state === 'sized' && missing === 0) finish()
    }
    return end + HEAD_END.length
  }
  /** Takes up to `missing` bytes; the place behind them. */
  const takeBody = (data: Buffer, at: number, size: number): number => {
    const end = Math.min(data.length, at + size)
    if (reader.wantsBody && end > at) parts.push(data.subarray(at, end))
    missing -= end - at
    return end
  }
  const readChunkSize = (data: Buffer, at: number): number => {
    const end = data.indexOf(LINE_END, at)
    if (end < 0) return -1
    missing = Number.parseInt(data.toString('latin1', at, end), 16)
    if (!(missing >= 0)) throw new Error('a chunk without a size')
    state = missing === 0 ? 'trailer' : 'chunk'
    return end + LINE_END.length
  }
  const readTrailer = (data: Buffer, at: number): number => {
    const end = data.indexOf(LINE_END, at)
    if (end < 0) return -1
    if (end === at) finish()
    return end + LINE_END.length
  }
  /** One step on; the place behind what was read, or −1 where more bytes are needed. */
  const advance = (data: Buffer, at: number): number => {
    if (state === 'head') return readHead(data, at)
    if (state === 'chunk-size') return readChunkSize(data, at)
    if (state === 'trailer') return readTrailer(data, at)
    if (state === 'until-end') return takeBody(data, at, data.length - at)
    if (state === 'chunk-end') {
      if (data.length - at < LINE_END.length) return -1
      state = 'chunk-size'
      return at + LINE_END.length
    }
    const behind = takeBody(data, at, missing)
    if (missing === 0) {
      if (state === 'sized') finish()
      else state = 'chunk-end'
    }
    return behind
  }
  const reader: ReplyReader = {
    wantsBody: false,
    push(chunk) {
      const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      rest = NOTHING
      let at = 0
      while (at < data.length) {
        const behind = advance(data, at)
        if (behind < 0) {
          rest = data.subarray(at)
          return
        }
        at = behind
      }
    },
    end() {
      const isWhole = state === 'until-end'
      keepAlive = false
      if (isWhole) finish()
      return isWhole
    },
  }
  return reader
}

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})/
const LENGTH = /\r\ncontent-length: *(\d+)/i
const CHUNKED = /\r\ntransfer-encoding: *chunked/i
const CONNECTION = /\r\nconnection: *(close|keep-alive)/i

function parseHead(head: string): {
  status: number
  keepAlive: boolean
  framing: State
  length: number
} {
  const line = STATUS_LINE.exec(head)
  if (line === null) throw new Error('what came is no HTTP/1.1 reply')
  const status = Number(line[2])
  const said = CONNECTION.exec(head)?.[1]?.toLowerCase()
  const keepAlive = said === undefined ? line[1] === '1' : said === 'keep-alive'
  if (status === 204 || status === 304) return { status, keepAlive, framing: 'sized', length: 0 }
  if (CHUNKED.test(head)) return { status, keepAlive, framing: 'chunk-size', length: 0 }
  const length = LENGTH.exec(head)?.[1]
  return length === undefined
    ? { status, keepAlive: false, framing: 'until-end', length: 0 }
    : { status, keepAlive, framing: 'sized', length: Number(length) }
}
