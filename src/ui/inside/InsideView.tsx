export default function InsideView() {
  return <main />;
}
