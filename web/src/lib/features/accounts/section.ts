/** Ids of the parts of the own page; links from elsewhere lead to them. */
export const SECTION = {
  news: 'nyt',
  decisions: 'afgoerelser',
  consent: 'samtykke',
  pledge: 'loefte',
  sessions: 'logget-ind',
} as const;
