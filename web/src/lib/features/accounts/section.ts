/** Ids of the parts of the own page; links from elsewhere lead to them. */
export const SECTION = {
  news: 'nyt',
  decisions: 'afgoerelser',
  consent: 'samtykke',
  pledge: 'loefte',
  sessions: 'logget-ind',
} as const;

/** How much of the news is shown before somebody asks for more. */
export const NEWS = 5;
