import { type Calibration, CONFIDENCE } from '../progress/calibration.ts';
import { counted } from './text.ts';

/** How well somebody knows what they know, in a sentence or two; empty before the first prediction. */
export function calibrationWords({ levels, all, brier }: Calibration): string {
  if (all === 0 || brier === null) return '';
  const said = levels
    .filter((level) => level.all > 0)
    .map(
      ({ confidence, right, all: made }) =>
        `when you said "${CONFIDENCE[confidence]}" you were right ${right} of ${counted(made, 'time')}`,
    );
  const score =
    all < 5 ? '' : ` Score ${brier.toFixed(2)}; 0 is perfect, 0.25 is what "always half sure" gets.`;
  return `Predictions: ${said.join('; ')}.${score}`;
}
