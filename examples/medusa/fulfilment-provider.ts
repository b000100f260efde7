// How a Medusa shop shows Storewright's dates and prices in the checkout and hands orders over. In a
// shop this class extends AbstractFulfillmentProviderService of @medusajs/framework/utils and is
// registered as a provider of the fulfilment module; here it implements the interface behind that.
import type {
  CalculatedShippingOptionPrice,
  CreateFulfillmentResult,
  CreateShippingOptionDTO,
  FulfillmentItemDTO,
  FulfillmentOption,
  FulfillmentOrderDTO,
  IFulfillmentProvider,
} from '@medusajs/types'
import type { Offer, ProductLine, StorewrightClient } from '../storewright-client.ts'

/** Medusa keeps this with the shipping method of the cart, and with the order: the promise as it was seen. */
export interface KeptPromise {
  readonly areaId: string
  readonly kind: Offer['kind']
  readonly arriveBy: string
  readonly costCents: number
}

export interface ProviderOptions {
  readonly client: StorewrightClient
  /** Area of a shipping address, by whatever areas the store plans: a county, a three-digit ZIP … */
  areaOf(address: { readonly postal_code?: string | null | undefined }): string
}

type Context = Parameters<IFulfillmentProvider['validateFulfillmentData']>[2]
type PriceContext = Parameters<IFulfillmentProvider['calculatePrice']>[2]

const OPTIONS = ['earliest', 'cheapest'] as const
type OptionId = (typeof OPTIONS)[number]

export class StorewrightFulfilmentProvider implements IFulfillmentProvider {
  static readonly identifier = 'storewright'
  readonly #options: ProviderOptions

  constructor(options: ProviderOptions) {
    this.#options = options
  }

  getIdentifier(): string {
    return StorewrightFulfilmentProvider.identifier
  }

  /** Two options for the shop's administrator to offer: the earliest date and the cheapest. */
  async getFulfillmentOptions(): Promise<FulfillmentOption[]> {
    return OPTIONS.map((id) => ({ id }))
  }

  async validateOption(data: Record<string, unknown>): Promise<boolean> {
    return optionOf(data) !== undefined
  }

  async canCalculate(data: CreateShippingOptionDTO): Promise<boolean> {
    return optionOf(data.data ?? {}) !== undefined
  }

  /** What shipping costs is what the promise costs. Medusa counts in currency units, not in cents. */
  async calculatePrice(
    optionData: Record<string, unknown>,
    _data: Record<string, unknown>,
    context: PriceContext,
  ): Promise<CalculatedShippingOptionPrice> {
    const { costCents } = await this.#promise(optionData, context as unknown as Context)
    return {
      calculated_amount: costCents / 100,
      is_calculated_price_tax_inclusive: false,
    }
  }

  /** Called when the customer chooses the option: what it returns is stored and never computed again. */
  validateFulfillmentData(
    optionData: Record<string, unknown>,
    _data: Record<string, unknown>,
    context: Context,
  ): Promise<KeptPromise> {
    return this.#promise(optionData, context)
  }

  /** Hands the order over, with the promise that the customer saw; repeated calls change nothing. */
  async createFulfillment(
    data: Record<string, unknown>,
    items: Partial<Omit<FulfillmentItemDTO, 'fulfillment'>>[],
    order: Partial<FulfillmentOrderDTO> | undefined,
  ): Promise<CreateFulfillmentResult> {
    const promise = data as unknown as KeptPromise
    const orderId = order?.id
    if (orderId === undefined)
      throw new Error('a fulfilment without an order cannot be handed over')
    const prices = new Map((order?.items ?? []).map((item) => [item.variant_sku, item.unit_price]))
    const placed = await this.#options.client.placeOrder({
      orderId,
      areaId: promise.areaId,
      ...(order?.customer_id === undefined ? {} : { customerId: order.customer_id }),
      lines: items.map(({ sku, quantity }) => ({
        ...productLine(sku, quantity),
        unitPriceCents: Math.round(100 * Number(prices.get(sku) ?? 0)),
      })),
      promise: { kind: promise.kind, arriveBy: promise.arriveBy },
    })
    const { parcels, status } = placed
    return { data: { ...data, storewrightOrderId: orderId, status, parcels }, labels: [] }
  }

  async cancelFulfillment(fulfillment: Record<string, unknown>): Promise<Record<string, unknown>> {
    const orderId = String(fulfillment['storewrightOrderId'])
    const { status } = await this.#options.client.cancel(orderId, `medusa-cancel-${orderId}`)
    return { ...fulfillment, status }
  }

  async createReturnFulfillment(): Promise<CreateFulfillmentResult> {
    return { data: {}, labels: [] }
  }

  async getFulfillmentDocuments(): Promise<never[]> {
    return []
  }

  async getReturnDocuments(): Promise<never[]> {
    return []
  }

  async getShipmentDocuments(): Promise<never[]> {
    return []
  }

  async retrieveDocuments(): Promise<never[]> {
    return []
  }

  async #promise(
    optionData: Record<string, unknown>,
    { items, shipping_address }: Context,
  ): Promise<KeptPromise> {
    const option = optionOf(optionData)
    if (option === undefined) throw new Error(`there is no option ${String(optionData['id'])}`)
    const areaId = this.#options.areaOf(shipping_address ?? {})
    const lines = items.map(({ variant_sku, quantity }) =>
      productLine(variant_sku ?? undefined, Number(quantity)),
    )
    const reply = await this.#options.client.promise(areaId, lines)
    const offer = reply[option]
    if (offer === null) {
      const { block = 'no-route', productId = null } = reply.blockedBy ?? {}
      throw new Error(
        `no date can be promised: ${block}${productId === null ? '' : ` (${productId})`}`,
      )
    }
    const { kind, arriveBy, costCents } = offer
    return { areaId, kind, arriveBy, costCents }
  }
}

function optionOf(data: Record<string, unknown>): OptionId | undefined {
  return OPTIONS.find((id) => id === data['id'])
}

function productLine(sku: string | undefined, quantity: number | undefined): ProductLine {
  if (sku === undefined || sku === '') throw new Error('an item without a SKU has no product')
  return { productId: sku, quantity: quantity ?? 1 }
}
