import { param, setParams } from '../router.ts'
import { Segments } from './segments.tsx'

/** The views of a page: which one the address names, and how to go to another. */
export interface PageViews<View extends string> {
  /** What the page shows; its first view unless the address says otherwise. */
  viewInAddress(): View
  /** The views side by side. */
  Views(): preact.JSX.Element
}

/**
 * Views that stand in the address as `view`, the first one without it. Going to another clears the
 * parameters that belong to one view alone.
 */
export function pageViews<View extends string>(
  label: string,
  views: readonly { readonly value: View; readonly label: string }[],
  ownParams: readonly string[],
): PageViews<View> {
  const first = views[0]!.value
  const viewInAddress = () => views.find(({ value }) => value === param('view'))?.value ?? first
  const cleared = Object.fromEntries(ownParams.map((name) => [name, null]))
  return {
    viewInAddress,
    Views: () => (
      <div class="views">
        <Segments
          label={label}
          value={viewInAddress()}
          options={views}
          onChange={(view) => setParams({ ...cleared, view: view === first ? null : view })}
        />
      </div>
    ),
  }
}
