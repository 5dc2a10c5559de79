import { useState } from "react";
import { createRoot } from "react-dom/client";
import { KycVs } from "kycvs-element/react";

/** A booking that wants a vaccination status. `session` is the visit that your server opened for it. */
function Booking({ issuer, session, inFrame }: { issuer: string; session: string; inFrame: boolean }) {
  const [said, say] = useState("");
  const [status, setStatus] = useState<number>();

  /** Your server exchanges the code, and answers with the status. */
  async function book(resultCode: string) {
    const answer = await fetch("/api/book", { method: "POST", body: new URLSearchParams({ result_code: resultCode }) });
    setStatus((await answer.json()).status);
  }

  return (
    <>
      <KycVs
        issuer={issuer}
        session={session}
        mode={inFrame ? "frame" : "window"}
        appearance-accent="#0b5cab"
        appearance-radius="4px"
        onResult={({ resultCode }) => book(resultCode)}
        onDeclined={() => say("You did not share it.")}
        onClosed={() => say("You closed the window before you answered.")}
        onError={({ error }) => say(error === "window-blocked" ? "Allow the window, and press again." : `No answer: ${error}`)}
      >
        Share your vaccination status
        <span slot="answered">Status shared</span>
      </KycVs>
      <p role="status">{status === undefined ? said : ["Not vaccinated", "Partially vaccinated", "Fully vaccinated"][status]}</p>
    </>
  );
}

const place = document.getElementById("booking")!;
const { issuer = "", session = "", frame } = place.dataset;
createRoot(place).render(<Booking issuer={issuer} session={session} inFrame={frame !== undefined} />);
