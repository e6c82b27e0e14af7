/** The four forms of a word for somebody: one, the one, many, the many. */
export const form = (one: string, the: string, many: string, the_many: string) => ({
  one,
  the,
  many,
  the_many,
});
