// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ComputeToken} from "./ComputeToken.sol";

/// @title Settlement vault
/// @notice Holds every token that the ledger keeps in custody, and pays providers in batches. A batch follows the
/// ledger's supply (mint or burn) and pays its payouts in one transaction: all of it happens, or none.
/// @dev The batch id is the idempotency key of a payment: whatever a crashed, duplicated or lagging back end sends, a
/// batch is paid at most once. The vault deploys its token, so that there is no moment at which roles are half wired.
contract SettlementVault is AccessControlDefaultAdminRules, Pausable {
    /// @notice May settle batches. A hot key.
    bytes32 public constant SETTLER_ROLE = keccak256("SETTLER_ROLE");
    /// @notice May stop all settlement at once. Only the admin may resume it.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// @notice The token that this vault alone mints and burns.
    ComputeToken public immutable token;

    /// @notice Whether a batch id has been used. Once true, true for ever.
    mapping(bytes32 batchId => bool) public settled;

    /// @notice Sums over all settled batches, in base units, for reconciliation against the ledger.
    uint256 public totalMinted;
    uint256 public totalBurned;
    uint256 public totalPaid;

    /// @param batchId Key of the batch.
    /// @param headsDigest Digest of the ledger heights at which the batch was cut.
    /// @param minted Base units created in this batch.
    /// @param burned Base units destroyed in this batch.
    /// @param paid Sum of the payouts in base units.
    /// @param count Number of payouts.
    event BatchSettled(
        bytes32 indexed batchId, bytes32 headsDigest, uint256 minted, uint256 burned, uint256 paid, uint256 count
    );

    /// @notice The batch id was used before: nothing is paid again.
    error BatchAlreadySettled(bytes32 batchId);
    /// @notice The batch would change nothing.
    error EmptyBatch();
    /// @notice Payees must strictly ascend by address, which makes duplicates and the zero address impossible.
    error PayeesNotAscending(uint256 index);
    /// @notice The vault and the token are no payees.
    error ForbiddenPayee(address payee);
    /// @notice A payout of nothing is a mistake of the planner.
    error ZeroPayout(uint256 index);
    /// @notice The vault holds less than the batch pays.
    error InsufficientVault(uint256 balance, uint256 needed);

    /// @param adminDelay Seconds between announcing and accepting a new admin.
    /// @param admin Grants and revokes roles, resumes after a pause.
    /// @param settler First holder of SETTLER_ROLE.
    /// @param guardian First holder of GUARDIAN_ROLE.
    constructor(uint48 adminDelay, address admin, address settler, address guardian)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        token = new ComputeToken(address(this));
        _grantRole(SETTLER_ROLE, settler);
        _grantRole(GUARDIAN_ROLE, guardian);
    }

    /// @notice Settles one batch: mints, burns, then pays each payout from the vault's balance.
    /// @param batchId Key of the batch; refused when used before.
    /// @param mintAmount Base units by which the ledger's supply grew since the batch before.
    /// @param burnAmount Base units by which the ledger's supply shrank since the batch before.
    /// @param headsDigest Digest of the ledger heights at which the batch was cut.
    /// @param payouts One word per payout, `payee << 96 | amount`, strictly ascending by payee.
    function settle(
        bytes32 batchId,
        uint256 mintAmount,
        uint256 burnAmount,
        bytes32 headsDigest,
        bytes32[] calldata payouts
    ) external onlyRole(SETTLER_ROLE) whenNotPaused {
        if (settled[batchId]) revert BatchAlreadySettled(batchId);
        if (mintAmount == 0 && burnAmount == 0 && payouts.length == 0) revert EmptyBatch();
        settled[batchId] = true;

        if (mintAmount != 0) {
            totalMinted += mintAmount;
            token.mint(mintAmount);
        }
        uint256 needed = burnAmount + _sum(payouts);
        uint256 balance = token.balanceOf(address(this));
        if (balance < needed) revert InsufficientVault(balance, needed);
        if (burnAmount != 0) {
            totalBurned += burnAmount;
            token.burn(burnAmount);
        }
        uint256 paid = needed - burnAmount;
        if (paid != 0) {
            totalPaid += paid;
            _pay(payouts);
        }
        emit BatchSettled(batchId, headsDigest, mintAmount, burnAmount, paid, payouts.length);
    }

    /// @notice Stops all settlement.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        _pause();
    }

    /// @notice Resumes settlement.
    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    /// @dev Checks every payout before any is paid, and sums them.
    function _sum(bytes32[] calldata payouts) private view returns (uint256 total) {
        address previous = address(0);
        for (uint256 index = 0; index < payouts.length; ++index) {
            (address payee, uint256 amount) = _unpack(payouts[index]);
            if (payee <= previous) revert PayeesNotAscending(index);
            if (payee == address(this) || payee == address(token)) revert ForbiddenPayee(payee);
            if (amount == 0) revert ZeroPayout(index);
            previous = payee;
            total += amount;
        }
    }

    /// @dev The token is ours: it calls nobody back, and returns false for nothing, it reverts.
    function _pay(bytes32[] calldata payouts) private {
        for (uint256 index = 0; index < payouts.length; ++index) {
            (address payee, uint256 amount) = _unpack(payouts[index]);
            token.transfer(payee, amount);
        }
    }

    function _unpack(bytes32 payout) private pure returns (address payee, uint256 amount) {
        payee = address(bytes20(payout));
        amount = uint96(uint256(payout));
    }
}
