/** Line icons of the chat alone, as those of `lib/ui/icons.ts`. */
export const more =
  'M5 11.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM12 11.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM19 11.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4z';
export const send = 'M4 12l16-7-5 15-3.5-6z';
