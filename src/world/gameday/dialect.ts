/** What a virtual customer brings to a request; a dialect takes of it what its server asks for. */
export interface Wish {
  readonly customerId: string
  readonly areaId: string
  readonly query: string
  readonly productId: string
  readonly lines: readonly CartLine[]
  readonly orderId: string
  /** Promised arrival, ISO 8601; absent where nothing was promised. */
  readonly arriveBy?: string
}

export interface CartLine {
  readonly productId: string
  readonly quantity: number
  readonly unitPriceCents: number
}

/** A request before it is bytes. */
export interface Draft {
  readonly method: string
  /** Beginning with a slash, query included, encoded. */
  readonly path: string
  /** JSON text. */
  readonly body?: string
}

/** What an answer tells a customer. */
export interface Told {
  /** Results of a search, best first. */
  readonly productIds?: readonly string[]
  readonly arriveBy?: string
  /** An order stands. */
  readonly isPlaced?: boolean
}

/** How a server is spoken to. */
export interface Dialect {
  readonly name: string
  /**
   * For each service of a forecast that the server has: the acts that its requests are, taken in
   * turn. Acts named search, product, cart, check, order and look make customers go on; others are
   * sent as they are.
   */
  readonly acts: ReadonlyMap<string, readonly string[]>
  draft(act: string, wish: Wish): Draft
  /** Reads an answer of status 2xx; undefined for a dialect that looks at none. */
  readonly read?: (act: string, body: string) => Told
}

/** The bytes of a request, with the headers that every request of the run carries. */
export function encodeRequest(
  { method, path, body }: Draft,
  { hostHeader, basePath }: { readonly hostHeader: string; readonly basePath: string },
  token?: string,
): Buffer {
  const head = [
    `${method} ${basePath}${path} HTTP/1.1`,
    `host: ${hostHeader}`,
    'user-agent: storewright-gameday',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(body === undefined
      ? []
      : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
  ].join('\r\n')
  return Buffer.from(`${head}\r\n\r\n${body ?? ''}`)
}
