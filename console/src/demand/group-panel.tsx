import type { GroupDetail, GroupRow } from '../../../src/api/schemas/groups.ts'
import { FanChart } from '../charts/fan-chart.tsx'
import { Bone } from '../parts/bone.tsx'
import { Link } from '../parts/link.tsx'
import { SidePanel } from '../parts/panel.tsx'
import { Trouble } from '../parts/states.tsx'
import { address } from '../router.ts'
import { groupDetails, moneyBrief } from '../state.ts'
import { formatCount } from '../text/format.ts'

interface GroupPanelProps {
  /** As it stands in the address; absent where nothing is open. */
  readonly groupKey: string | undefined
  /** Its row, where the list has it already. */
  readonly row: GroupRow | undefined
  readonly onClose: (() => void) | undefined
}

/** What a group sold, what is expected of it, and where its forecast may be wrong. */
export function GroupPanel({ groupKey, row, onClose }: GroupPanelProps) {
  if (groupKey === undefined) {
    return (
      <SidePanel title="Does it add up?" onClose={undefined} idle>
        <p class="dim">Choose a group to see its curve and the products with most at stake.</p>
      </SidePanel>
    )
  }
  const resource = groupDetails.of(groupKey)
  const detail = resource.data.value
  const error = resource.error.value
  const title = detail?.row.label ?? row?.label ?? '\u00a0'
  return (
    <SidePanel title={title} onClose={onClose} idle={onClose === undefined}>
      <p class="lead">{detail?.sentence ?? <Bone width="90%" />}</p>
      {error !== undefined && detail === undefined ? (
        <Trouble error={error} what="this group" retry={() => void resource.load()} />
      ) : null}
      {detail === undefined ? (
        <div style={{ minHeight: '420px' }} aria-busy="true" />
      ) : (
        <Detail key={groupKey} detail={detail} />
      )}
    </SidePanel>
  )
}

function Detail({ detail }: { detail: GroupDetail }) {
  const { row, worst } = detail
  return (
    <>
      <FanChart
        title="Units a day"
        history={detail.history}
        forecast={detail.forecast}
        events={detail.events}
        closedDays={detail.closedDays}
        priceCents={row.priceCents}
      />
      <p class="says" style={{ marginTop: '12px' }}>
        {detail.adds}
      </p>
      {worst.length === 0 ? null : (
        <>
          <h3>Its products with most at stake</h3>
          <table class="facts" aria-label="Its products with most at stake">
            <thead>
              <tr>
                <th scope="col">Product</th>
                <th scope="col" class="num">
                  Next 28
                </th>
                <th scope="col" class="num">
                  At stake
                </th>
              </tr>
            </thead>
            <tbody>
              {worst.map((product) => (
                <tr key={product.productId}>
                  <td>
                    <Link to={{ page: 'demand', params: { product: product.productId } }}>
                      {product.title}
                    </Link>
                  </td>
                  <td class="num">
                    {product.next28Units === null ? '–' : formatCount(product.next28Units)}
                  </td>
                  <td class="num">
                    {product.stakeCents === null ? '–' : moneyBrief(product.stakeCents)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {row.level !== 'category' || row.products <= worst.length ? null : (
        <p style={{ marginTop: '12px' }}>
          <Link to={{ page: 'demand', params: { ...shown(), category: row.group } }}>
            {`See all its ${formatCount(row.products)} products`}
          </Link>
        </p>
      )}
    </>
  )
}

/** What the person asked to see, which stays from list to list. */
function shown(): Record<string, string> {
  const show = address.value.params['show']
  return show === undefined ? {} : { show }
}
