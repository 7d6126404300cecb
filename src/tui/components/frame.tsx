import { Text } from 'ink';
import { useLayoutEffect } from 'react';
import { type FrameAsk, type FrameProps, frameLines, never } from '../frame.ts';

/** Draws a frame, and tells the keyboard who listens. */
export function Frame({ props, ask }: { readonly props: FrameProps; readonly ask: FrameAsk }) {
  const { screen, act, why = never } = ask;
  useLayoutEffect(() => props.keys.listen({ screen, act, why }));
  return <Text wrap="truncate">{frameLines(props, ask).join('\n')}</Text>;
}
