import { Component, type ReactNode } from 'react';
import { words } from '../words.ts';

/** Keeps the rest of the page alive when a part of it cannot be drawn, or its code not be loaded. */
export class Boundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <div className="broken-part" role="alert">
        <p>{words.broken(message)}</p>
        <button type="button" onClick={() => this.setState({ message: null })}>
          {words.tryAgain}
        </button>
      </div>
    );
  }
}
