import { pageViews } from '../parts/page-views.tsx'

/** What the page Load shows below its curve. */
export const { viewInAddress, Views } = pageViews(
  'What to look at',
  [
    { value: 'services', label: 'Services' },
    { value: 'servers', label: 'Servers' },
    { value: 'calendar', label: 'Calendar' },
    { value: 'events', label: 'Past events' },
    { value: 'live', label: 'Followed' },
    { value: 'gameday', label: 'Game day' },
  ],
  ['row', 'order', 'kind', 'event'],
)
