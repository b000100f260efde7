// What others use of the explanations: reasons, changes, pages, the outlook and the event calendar.
export {
  type CalendarEntry,
  type CalendarEvent,
  calendarOf,
  eventsFor,
  type ServiceStanding,
  unanswered,
} from './calendar.ts'
export { type OutlookPart, type OutlookRow, outlookCsv, twoYearOutlook } from './outlook.ts'
export { forecastPage, type PageInput, type PageSection, pageText } from './page.ts'
export { changeSince, type DayChange, type ForecastChange } from './since-last.ts'
export {
  type Difference,
  describeDifference,
  explainDifference,
  type PartsAt,
  partsAt,
  type Reason,
} from './year-on-year.ts'
