/** A newer version of the page was found. */
export const newVersion = {
  ready: 'A new version of Crossover is ready.',
  busy: 'It is taken at your next visit; nothing interrupts the training.',
  others: 'Crossover is open in another tab too: close that one, then reload.',
  reload: 'Reload',
  later: 'Later',
};
