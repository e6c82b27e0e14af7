import { createContext } from 'svelte';

/** What a report is about; `revision` is the one the reader saw. */
export interface ReportTarget {
  kind: 'post' | 'thread' | 'reply' | 'comment' | 'message' | 'account';
  id: string;
  revision?: number;
}

/** Which text the reader wants to tell us about. One dialog for the whole site, fetched when it is asked for. */
export class Reports {
  target = $state.raw<ReportTarget | null>(null);
}

export const [useReports, setReports] = createContext<Reports>();
