import type { HandleClientError } from '@sveltejs/kit/hooks';

/** In the words of each browser, and of our own build for styles: a part of the site could not be fetched. */
const NOT_FETCHED = /dynamically imported|importing a module|preload css|failed to fetch/i;

/** What went wrong while a page was opened. Without a line its code cannot come: that is no fault of ours to tell. */
export const handleError: HandleClientError = ({ kind, error }) =>
  kind === 'unknown' && (NOT_FETCHED.test(String(error)) || !navigator.onLine)
    ? { code: 'offline' }
    : {};
