export default function GapView() {
  return <main />;
}
